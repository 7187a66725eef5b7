package dev.nook.driver.soak;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// What was written to a volume, write by write. Each write is fsynced before the next begins, so
/// every moment of the volume is a number of writes.
final class Content {
  private static final AtomicLong LAST = new AtomicLong();

  private final List<Write> writes;

  Content() {
    this(List.of());
  }

  private Content(List<Write> writes) {
    this.writes = new ArrayList<>(writes);
  }

  /// Returns how many writes there were.
  synchronized int moment() {
    return writes.size();
  }

  /// Returns the content after this many writes.
  synchronized Content at(int moment) {
    return new Content(writes.subList(0, moment));
  }

  /// Writes one random block, over the content or behind it.
  void write(Path data, Random random) throws IOException {
    var write = new Write(LAST.incrementAndGet(), random.nextInt(Write.SLOTS));
    synchronized (this) {
      writes.add(write); // Begun; a cut that runs meanwhile may have it or not.
    }
    try (FileChannel file = FileChannel.open(data, CREATE, WRITE)) {
      ByteBuffer block = write.block();
      long at = (long) write.slot() * Write.BYTES;
      while (block.hasRemaining()) {
        at += file.write(block, at);
      }
      file.force(true);
    }
  }

  /// Reads all of it and compares.
  ///
  /// @param earliest and at the latest how many writes it may hold
  /// @return how many it holds
  /// @throws AssertionError if it is of no moment between
  synchronized int require(Path data, int earliest, int latest) throws IOException {
    List<ByteBuffer> blocks = read(data);
    for (int moment = latest; moment >= earliest; moment--) {
      if (differences(blocks, moment).isEmpty()) {
        return moment;
      }
    }
    throw new AssertionError(
        "%s is of no moment from %d to %d writes; from that of %d it differs in %s"
            .formatted(data, earliest, latest, latest, differences(blocks, latest)));
  }

  private List<String> differences(List<ByteBuffer> blocks, int moment) {
    Write[] expected = new Write[Write.SLOTS];
    for (Write write : writes.subList(0, moment)) {
      expected[write.slot()] = write;
    }
    List<String> differences = new ArrayList<>();
    for (int slot = 0; slot < Write.SLOTS; slot++) {
      Write there = expected[slot] == null ? new Write(0, slot) : expected[slot];
      if (!there.isIn(blocks.get(slot))) {
        differences.add(
            "slot %d: %s instead of %s".formatted(slot, Write.describe(blocks.get(slot)), there));
      }
    }
    return differences;
  }

  /// Returns all slots; beyond the end of a file they are zeroes.
  private static List<ByteBuffer> read(Path data) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(Write.SLOTS * Write.BYTES);
    try (FileChannel file = FileChannel.open(data, READ)) {
      while (all.hasRemaining() && file.read(all) >= 0) {
        continue;
      }
    } catch (NoSuchFileException _) { // Nothing was written yet, or what was is lost.
      all.clear();
    }
    List<ByteBuffer> blocks = new ArrayList<>();
    for (int slot = 0; slot < Write.SLOTS; slot++) {
      blocks.add(all.slice(slot * Write.BYTES, Write.BYTES));
    }
    return blocks;
  }
}
