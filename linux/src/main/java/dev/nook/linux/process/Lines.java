package dev.nook.linux.process;

import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/// Reads a FIFO line by line, from its first writer until its last has ended or [#stop] was called.
final class Lines {
  /// How many bytes of a line are kept.
  static final int LONGEST = 4096;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path fifo;
  private final Thread reader;

  Lines(Path fifo, Consumer<String> to) {
    this.fifo = fifo;
    reader = Thread.ofPlatform().daemon().name("lines of " + fifo).start(() -> read(fifo, to));
  }

  private static void read(Path fifo, Consumer<String> to) {
    byte[] line = new byte[LONGEST];
    int length = 0;
    try (InputStream in = new BufferedInputStream(new FileInputStream(fifo.toFile()))) {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          to.accept(new String(line, 0, length, StandardCharsets.UTF_8));
          length = 0;
        } else if (length < LONGEST) {
          line[length++] = (byte) next;
        }
      }
    } catch (IOException _) {
      // The reader of the lines notices that some are missing.
    }
    if (length > 0) {
      to.accept(new String(line, 0, length, StandardCharsets.UTF_8));
    }
  }

  /// Waits until everything that was written has been read; all writers must have ended. A reader
  /// that never had a writer is woken by an empty one.
  void stop() throws IOException, InterruptedException {
    Syscalls.open(fifo, OpenFlag.O_RDWR).close();
    if (!reader.join(PATIENCE)) {
      throw new IOException(fifo + " is still being written to");
    }
  }
}
