package dev.nook.controller.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes without the port that counts every step.
public final class ChangesTheDisk {
  public void touch(Path file) throws IOException {
    Files.createFile(file);
  }
}
