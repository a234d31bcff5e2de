package dev.nonroot.dist.server;

import dev.nonroot.dist.Netty;
import dev.nonroot.dist.Open;
import dev.nonroot.dist.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers as their users start them: nothing in these commands and files knows of nonroot. */
enum Server {
  /** The connectors in the order of Tomcat's own server.xml. */
  TOMCAT("return:org.apache.catalina.startup.Catalina#load"),
  TOMCAT_WITH_HTTPS_FIRST("bind:80+443"),
  JETTY("return:org.eclipse.jetty.util.ssl.SslContextFactory#load"),
  /** Port 80 is the actuator's. */
  SPRING_BOOT("bind:80+443"),
  NETTY_NIO("bind:80+443"),
  NETTY_EPOLL("bind:80+443"),
  JDK("bind:80+443");

  private static final String HTTP = "<Connector port=\"80\"/>";
  private static final String HTTPS =
      """
      <Connector port="443" SSLEnabled="true" scheme="https" secure="true">
        <SSLHostConfig>
          <Certificate certificateKeystoreFile="%s" certificateKeystorePassword="changeit"/>
        </SSLHostConfig>
      </Connector>""";
  private final String trigger;

  Server(String trigger) {
    this.trigger = trigger;
  }

  /** What drop-after has to be. */
  String trigger() {
    return trigger;
  }

  /**
   * The command that starts it.
   *
   * @param java the JVM's {@code bin/java}
   * @param directory an empty one, for what the server needs
   * @param keystore its key
   */
  List<String> command(Path java, Path directory, Path keystore)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(java.toString()));
    switch (this) {
      case TOMCAT -> {
        return tomcat(java, directory, HTTP + String.format(HTTPS, keystore));
      }
      case TOMCAT_WITH_HTTPS_FIRST -> {
        return tomcat(java, directory, String.format(HTTPS, keystore) + HTTP);
      }
      case JETTY -> command.addAll(jetty(directory, keystore));
      case SPRING_BOOT -> command.addAll(springBoot(directory, keystore));
      case NETTY_NIO -> command.addAll(netty("nio", keystore));
      case NETTY_EPOLL -> command.addAll(netty("epoll", keystore));
      case JDK ->
          command.addAll(
              List.of(
                  "-Dsun.net.httpserver.nodelay=true",
                  "-cp",
                  Open.classes().toString(),
                  "dev.nonroot.dist.app.JdkServer",
                  keystore.toString()));
    }
    return command;
  }

  /** What {@code Load} has to be told of port 80, where it is not the server of port 443. */
  List<String> otherOnPort80() {
    return this == SPRING_BOOT
        ? List.of("/actuator/health/liveness", "{\"status\":\"UP\"}")
        : List.of();
  }

  private static List<String> tomcat(Path java, Path base, String connectors)
      throws IOException, InterruptedException {
    Path home = Distribution.TOMCAT.home();
    for (String folder : List.of("conf", "logs", "temp", "work")) {
      Files.createDirectories(base.resolve(folder));
    }
    Files.writeString(base.resolve("conf/server.xml"), serverXml(connectors));
    Files.copy(home.resolve("conf/web.xml"), base.resolve("conf/web.xml"));
    WebApplication.copyTo(base.resolve("webapps/ROOT"));
    return List.of(
        "env",
        "JAVA_HOME=" + java.getParent().getParent(),
        "CATALINA_BASE=" + base,
        home.resolve("bin/catalina.sh").toString(),
        "run");
  }

  private static String serverXml(String connectors) {
    return String.format(
        """
        <Server port="-1">
          <Service name="Catalina">
            %s
            <Engine name="Catalina" defaultHost="localhost">
              <Host name="localhost" appBase="webapps"/>
            </Engine>
          </Service>
        </Server>
        """,
        connectors);
  }

  private static List<String> jetty(Path base, Path keystore)
      throws IOException, InterruptedException {
    Files.writeString(base.resolve("start.ini"), startIni(keystore));
    WebApplication.copyTo(base.resolve("webapps/ROOT"));
    return List.of(
        "-jar", Distribution.JETTY.home().resolve("start.jar").toString(), "jetty.base=" + base);
  }

  private static String startIni(Path keystore) {
    return String.format(
        """
        --modules=http,https
        jetty.http.port=80
        jetty.ssl.port=443
        jetty.sslContext.keyStorePath=%s
        jetty.sslContext.keyStorePassword=changeit
        --modules=ee10-deploy
        """,
        keystore);
  }

  private static List<String> springBoot(Path directory, Path keystore) throws IOException {
    Root.required(
        Files.exists(Distribution.GREETER), "needs examples/spring-boot, built before it");
    Path jar = Files.copy(Distribution.GREETER, directory.resolve("greeter.jar"));
    WebApplication.copyTo(directory);
    return List.of(
        "-Dloader.path=" + directory.resolve(WebApplication.CLASSES),
        "-cp",
        jar.toString(),
        "org.springframework.boot.loader.launch.PropertiesLauncher",
        "--spring.main.sources=dev.nonroot.dist.app.PagesFilter",
        "--server.port=443",
        "--server.ssl.key-store=file:" + keystore,
        "--server.ssl.key-store-password=changeit",
        "--management.server.port=80",
        "--management.server.ssl.enabled=false");
  }

  private static List<String> netty(String transport, Path keystore) throws IOException {
    return List.of(
        "-cp",
        Open.classes() + ":" + Netty.classPath(),
        "dev.nonroot.dist.app.NettyServer",
        transport,
        keystore.toString());
  }
}
