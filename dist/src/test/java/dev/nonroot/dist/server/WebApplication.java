package dev.nonroot.dist.server;

import dev.nonroot.dist.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a servlet container is to serve: a filter that answers, and nothing behind it. */
final class WebApplication {
  static final String CLASSES = "WEB-INF/classes";

  private static final String PACKAGE = "dev/nonroot/dist/app";
  private static final String WEB_XML =
      """
      <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
        <filter>
          <filter-name>pages</filter-name>
          <filter-class>dev.nonroot.dist.app.PagesFilter</filter-class>
        </filter>
        <filter-mapping>
          <filter-name>pages</filter-name>
          <url-pattern>/*</url-pattern>
        </filter-mapping>
      </web-app>
      """;

  private WebApplication() {}

  static void copyTo(Path directory) throws IOException {
    Path classes = Files.createDirectories(directory.resolve(CLASSES).resolve(PACKAGE));
    for (String name : List.of("Pages.class", "PagesFilter.class")) {
      Files.copy(Open.classes().resolve(PACKAGE).resolve(name), classes.resolve(name));
    }
    Files.writeString(directory.resolve("WEB-INF/web.xml"), WEB_XML);
  }
}
