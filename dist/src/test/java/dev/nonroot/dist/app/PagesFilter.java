package dev.nonroot.dist.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** {@link Pages} in a servlet container, before whatever else it serves. */
public final class PagesFilter implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String page = Pages.at(((HttpServletRequest) request).getRequestURI());
    if (page == null) {
      chain.doFilter(request, response);
      return;
    }
    byte[] bytes = page.getBytes(US_ASCII);
    response.setContentType("text/plain");
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
