package dev.nook.driver.cli;

import java.nio.file.Path;

/// How many volumes this node may have staged at once: a number, or a file that holds one and is
/// read again each time it matters, so that it can be changed without a restart.
public sealed interface VolumeLimit {
  String GRAMMAR = "a number from 1 to 4096, or @FILE for a file that holds one";
  int MOST = 4096;

  record Fixed(int volumes) implements VolumeLimit {}

  record FromFile(Path file) implements VolumeLimit {}

  static VolumeLimit parse(String text) {
    if (text.startsWith("@") && text.length() > 1 && Path.of(text.substring(1)).isAbsolute()) {
      return new FromFile(Path.of(text.substring(1)));
    }
    if (text.matches("[0-9]{1,4}") && isValid(Integer.parseInt(text))) {
      return new Fixed(Integer.parseInt(text));
    }
    throw new IllegalArgumentException("\"%s\" is not %s".formatted(text, GRAMMAR));
  }

  private static boolean isValid(int volumes) {
    return volumes >= 1 && volumes <= MOST;
  }
}
