package dev.nook.driver.cli;

import java.nio.file.Path;

/// The limit of volumes staged at once on this node: a number, or a file that holds one. The file
/// is read at each use, so the limit can be changed without a restart.
public sealed interface VolumeLimit {
  int MOST = 4096;
  String GRAMMAR = "a number from 1 to " + MOST + ", or @FILE for a file that holds one";

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
