package dev.nonroot.examples.springboot;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    private static final Logger log = LoggerFactory.getLogger(Pages.class);

    @GetMapping("/")
    String greeting() {
      return "Hello";
    }

    @GetMapping("/slow")
    String slowGreeting() throws InterruptedException {
      log.info("A slow greeting is on its way");
      Thread.sleep(Duration.ofSeconds(2).toMillis());
      return "Hello, at last";
    }
  }
}
