package dev.nook.node;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A volume limit in a file that is read at each use. When the file cannot be read or has no valid
/// limit, the last valid one stays in force, and each new reason is logged once.
public final class LimitFile implements IntSupplier {
  private static final Logger LOG = LoggerFactory.getLogger(LimitFile.class);
  private static final int MAX_BYTES = 16;

  private final Path file;
  private final int most;
  private int lastGood;
  private String complaint = "";

  /// @param most the highest limit that may be set
  /// @throws IOException when the file has no valid limit now, because there is no earlier one
  public LimitFile(Path file, int most) throws IOException {
    this.file = file;
    this.most = most;
    this.lastGood = read();
  }

  @Override
  public synchronized int getAsInt() {
    try {
      lastGood = read();
      complaint = "";
    } catch (IOException e) {
      complain(e.toString());
    }
    return lastGood;
  }

  private void complain(String why) {
    if (!why.equals(complaint)) {
      complaint = why;
      LOG.warn("the volume limit stays {}: {}", lastGood, why);
    }
  }

  private int read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
      int limit = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
      if (limit < 1 || limit > most) {
        throw new IOException(
            "%s holds \"%s\", not a number from 1 to %d".formatted(file, text, most));
      }
      return limit;
    }
  }
}
