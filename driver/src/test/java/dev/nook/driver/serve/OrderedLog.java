package dev.nook.driver.serve;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// A log of numbered, checksummed records. Each is fsynced before it counts as acknowledged and
/// before the next is begun, so every moment of it is some number of whole records, then at most
/// one that was never acknowledged. One thread appends; others may ask.
final class OrderedLog implements Closeable {
  /// No divisor of a block: records lie across the ends of blocks.
  static final int RECORD_BYTES = 200;

  private static final int CHECKED_BYTES = RECORD_BYTES - Integer.BYTES;

  private final FileChannel file;
  private volatile long begun;
  private volatile long acknowledged;

  private OrderedLog(FileChannel file) {
    this.file = file;
  }

  static OrderedLog create(Path newFile) throws IOException {
    return new OrderedLog(FileChannel.open(newFile, CREATE_NEW, WRITE));
  }

  void append() throws IOException {
    long number = begun + 1;
    begun = number;
    ByteBuffer record = record(number);
    while (record.hasRemaining()) {
      int _ = file.write(record);
    }
    file.force(true);
    acknowledged = number;
  }

  /// The last record that may be on disk.
  long begun() {
    return begun;
  }

  /// The last record that must be on disk.
  long acknowledged() {
    return acknowledged;
  }

  static ByteBuffer record(long number) {
    byte[] payload = new byte[CHECKED_BYTES - Long.BYTES];
    new SplittableRandom(number).nextBytes(payload);
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putLong(number).put(payload);
    return record.putInt(checksum(record)).flip();
  }

  /// Fails unless this copy of a log is of a moment between two, and whole.
  ///
  /// @param acknowledgedBefore of the log when the earliest such moment was
  /// @param begunAfter of the log when the latest was
  /// @return how many records the copy holds
  static long requireLegal(Path copy, long acknowledgedBefore, long begunAfter) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(copy));
    long intact = 0;
    while (intactAt(bytes, intact + 1)) {
      intact++;
    }
    long rest = bytes.capacity() - intact * RECORD_BYTES;
    assertThat(rest)
        .as("bytes after the last intact record, %d: those of one that was begun", intact)
        .isLessThanOrEqualTo(RECORD_BYTES);
    assertThat(intact)
        .as("records, of %d acknowledged before and %d begun after", acknowledgedBefore, begunAfter)
        .isBetween(acknowledgedBefore, begunAfter - (rest > 0 ? 1 : 0));
    return intact;
  }

  private static boolean intactAt(ByteBuffer log, long number) {
    long from = (number - 1) * RECORD_BYTES;
    if (log.capacity() - from < RECORD_BYTES) {
      return false;
    }
    ByteBuffer record = log.slice((int) from, RECORD_BYTES);
    return record.getLong(0) == number && record.getInt(CHECKED_BYTES) == checksum(record);
  }

  private static int checksum(ByteBuffer record) {
    CRC32C checksum = new CRC32C();
    checksum.update(record.duplicate().position(0).limit(CHECKED_BYTES));
    return (int) checksum.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
