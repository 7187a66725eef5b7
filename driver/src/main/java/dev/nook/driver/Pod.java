package dev.nook.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What runs in a pod: it writes into the volume that it is shown, and nowhere else.
final class Pod {
  private static final String FILE = "hello";

  private Pod() {}

  static String write(Path volume, String text) throws IOException {
    Files.writeString(volume.resolve(FILE), text);
    return quoted(text);
  }

  static String read(Path volume) throws IOException {
    return quoted(Files.readString(volume.resolve(FILE)));
  }

  private static String quoted(String text) {
    return "\"%s\"".formatted(text);
  }
}
