package dev.nonroot.examples.springboot;

import java.time.Duration;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An ordinary application: nothing in it knows of nonroot. */
@SpringBootApplication
public class Greeter {
  public static void main(String[] args) {
    SpringApplication.run(Greeter.class, args);
  }

  /** Two pages, one of them slow. */
  @RestController
  static class Pages {
    @GetMapping("/")
    String greeting() {
      return "Hello";
    }

    @GetMapping("/slow")
    String slowGreeting() throws InterruptedException {
      Thread.sleep(Duration.ofSeconds(2).toMillis());
      return "Hello, at last";
    }
  }
}
