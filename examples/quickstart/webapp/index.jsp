<%-- What whoever finds a hole in this server could do: it runs with the rights of the server. --%>
<%@ page contentType="text/plain;charset=UTF-8" trimDirectiveWhitespaces="true" %>
<%@ page import="java.io.IOException" %>
<%@ page import="java.nio.file.AccessDeniedException" %>
<%@ page import="java.nio.file.Files" %>
<%@ page import="java.nio.file.Path" %>
<%!
  /** The content of a file that only root may read. */
  private static String secret(String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (AccessDeniedException e) {
      return "Permission denied";
    }
  }

  /** Who a copy of id(1) is that belongs to root and has the set-user-ID bit. */
  private static String setUserId(String program) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(program, "-u").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes()).strip();
      return process.waitFor() == 0 ? "uid " + output : output;
    } catch (IOException e) {
      return e.getMessage();
    }
  }
%>
user.name: <%= System.getProperty("user.name") %>
<% if (System.getenv("QUICKSTART_SECRET") != null) { %>
root's file, mode 0600: <%= secret(System.getenv("QUICKSTART_SECRET")) %>
set-user-ID root program: <%= setUserId(System.getenv("QUICKSTART_SETUID")) %>
<% } %>
