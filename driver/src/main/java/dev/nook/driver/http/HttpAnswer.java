package dev.nook.driver.http;

import java.nio.charset.StandardCharsets;

/// The answer of a path.
public record HttpAnswer(int status, String type, byte[] body) {
  public static final int OK = 200;
  public static final int UNAVAILABLE = 503;

  public static HttpAnswer text(int status, String text) {
    return new HttpAnswer(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
