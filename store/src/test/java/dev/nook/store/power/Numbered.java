package dev.nook.store.power;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// A file of numbered, checksummed records, each synced before the next is begun. Every such file
/// has the same records, so a copy can be continued.
final class Numbered implements Closeable {
  /// No divisor of a block: records lie across the ends of blocks.
  private static final int BYTES = 1000;

  private static final int CHECKED = BYTES - Integer.BYTES;

  private final FileChannel file;

  private Numbered(FileChannel file) {
    this.file = file;
  }

  static Numbered in(Path volume) throws IOException {
    return new Numbered(
        FileChannel.open(
            volume.resolve("log"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
  }

  /// Appends a record, which is durable when this returns.
  void append(int number) throws IOException {
    ByteBuffer record = record(number);
    long at = (number - 1L) * BYTES;
    while (record.hasRemaining()) {
      int _ = file.write(record, at + record.position());
    }
    file.force(true);
  }

  private static ByteBuffer record(int number) {
    byte[] payload = new byte[CHECKED];
    new SplittableRandom(number).nextBytes(payload);
    CRC32C checksum = new CRC32C();
    checksum.update(payload);
    return ByteBuffer.allocate(BYTES).put(payload).putInt((int) checksum.getValue()).flip();
  }

  /// Returns how many records a volume has, from the first on; fails if more than one incomplete
  /// record follows.
  static int count(Path volume) throws IOException {
    Path file = volume.resolve("log");
    if (!Files.exists(file)) {
      return 0;
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    int intact = 0;
    while (bytes.capacity() >= (intact + 1) * BYTES
        && bytes.slice(intact * BYTES, BYTES).equals(record(intact + 1))) {
      intact++;
    }
    assertThat(bytes.capacity() - intact * BYTES)
        .as("bytes after record %d, the last intact one", intact)
        .isLessThanOrEqualTo(BYTES);
    return intact;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
