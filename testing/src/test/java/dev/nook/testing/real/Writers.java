package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;

/// Two writers on one volume: one appends numbered, checksummed records and syncs each before it
/// counts as acknowledged; the other overwrites at random and churns directories.
final class Writers implements AutoCloseable {
  private static final int RECORD_BYTES = 4096;
  private static final int TABLE_BLOCKS = 8192;
  private static final String LOG = "log";

  private final Path volume;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final Future<Void> log;
  private final Future<Void> churn;
  private boolean stopped;
  private long acknowledged;

  private Writers(Path volume) {
    this.volume = volume;
    this.log = threads.submit(this::append);
    this.churn = threads.submit(this::churn);
  }

  static Writers start(Path volume) {
    return new Writers(volume);
  }

  /// Returns how many records are known to be on disk.
  synchronized long acknowledged() {
    return acknowledged;
  }

  /// Waits until this many more records are acknowledged.
  synchronized void awaitAnother(long records) throws ExecutionException, InterruptedException {
    long wanted = acknowledged + records;
    while (acknowledged < wanted) {
      wait(1000);
      if (log.isDone() || churn.isDone()) {
        log.get();
        churn.get();
      }
    }
  }

  private synchronized boolean acknowledge(long records) {
    acknowledged = records;
    notifyAll();
    return !stopped;
  }

  private synchronized boolean running() {
    return !stopped;
  }

  private Void append() throws IOException {
    try (FileChannel file =
        FileChannel.open(
            volume.resolve(LOG), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long records = 0;
      do {
        ByteBuffer record = record(records);
        while (record.hasRemaining()) {
          file.write(record);
        }
        file.force(true);
        records++;
      } while (acknowledge(records));
    }
    return null;
  }

  private Void churn() throws IOException {
    Random random = new Random(1);
    byte[] block = new byte[RECORD_BYTES];
    try (FileChannel table =
        FileChannel.open(
            volume.resolve("table"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int turn = 0; running(); turn++) {
        random.nextBytes(block);
        table.write(ByteBuffer.wrap(block), (long) random.nextInt(TABLE_BLOCKS) * RECORD_BYTES);
        Path directory = Files.createDirectories(volume.resolve("d" + turn % 50));
        Files.deleteIfExists(directory.resolve("moved"));
        Files.write(directory.resolve("new"), block);
        Files.move(directory.resolve("new"), directory.resolve("moved"));
      }
    }
    return null;
  }

  private static ByteBuffer record(long number) {
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).putLong(number);
    byte[] filling = new byte[RECORD_BYTES - 2 * Long.BYTES];
    new Random(number).nextBytes(filling);
    CRC32C checksum = new CRC32C();
    checksum.update(filling);
    return record.put(filling).putLong(checksum.getValue() ^ number).flip();
  }

  /// Returns how many records a volume has, each whole and in its place. The last may be
  /// incomplete, because a filesystem may know its place before its bytes.
  static long recordsIn(Path volume) throws IOException {
    byte[] log = Files.readAllBytes(volume.resolve(LOG));
    int records = log.length / RECORD_BYTES;
    for (int i = 0; i < records; i++) {
      ByteBuffer found = ByteBuffer.wrap(log, i * RECORD_BYTES, RECORD_BYTES);
      if (i == records - 1 && !found.equals(record(i))) {
        return i;
      }
      assertThat(found).as("record " + i).isEqualTo(record(i));
    }
    return records;
  }

  @Override
  public void close() throws ExecutionException, InterruptedException {
    synchronized (this) {
      stopped = true;
    }
    log.get();
    churn.get();
    threads.close();
  }
}
