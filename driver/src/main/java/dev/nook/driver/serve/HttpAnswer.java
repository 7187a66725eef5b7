package dev.nook.driver.serve;

import java.nio.charset.StandardCharsets;

/// The answer of a path.
record HttpAnswer(int status, String type, byte[] body) {
  static final int OK = 200;
  static final int UNAVAILABLE = 503;

  static HttpAnswer text(int status, String text) {
    return new HttpAnswer(
        status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
