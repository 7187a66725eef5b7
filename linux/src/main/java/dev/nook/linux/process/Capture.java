package dev.nook.linux.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads one stream of a child to its end, so that the child never waits for a full pipe, and keeps
/// its last bytes: a tool that floods costs no memory.
final class Capture {
  static final int LIMIT = 64 << 10;

  private final byte[] ring;
  private long total;
  private final Thread reader;

  /// @param limit how many of the last bytes are kept
  Capture(String name, InputStream stream, int limit) {
    ring = new byte[limit];
    reader = Thread.ofPlatform().daemon().name(name).start(() -> drain(stream));
  }

  private void drain(InputStream stream) {
    byte[] buffer = new byte[8 << 10];
    try (stream) {
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        keep(buffer, read);
      }
    } catch (IOException _) {
      // The deadline has passed and closed the pipe; what came before is kept.
    }
  }

  private synchronized void keep(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      ring[(int) (total++ % ring.length)] = bytes[i];
    }
  }

  /// Whether the stream ended in time.
  boolean ended(Duration patience) throws InterruptedException {
    return reader.join(patience);
  }

  /// Whether more came than is kept.
  synchronized boolean overflowed() {
    return total > ring.length;
  }

  synchronized String text() {
    int kept = (int) Math.min(total, ring.length);
    byte[] last = new byte[kept];
    for (int i = 0; i < kept; i++) {
      last[i] = ring[(int) ((total - kept + i) % ring.length)];
    }
    return new String(last, StandardCharsets.UTF_8);
  }
}
