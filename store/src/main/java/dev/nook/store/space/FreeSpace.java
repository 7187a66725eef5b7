package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.store.volume.Bytes;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What the filesystem of a pool has free, as it said when it was last asked. It is asked with no
/// lock held, so that a disk that hangs holds up nobody who needs no new answer.
///
/// Bytes that are claimed and not yet written are not free, though the filesystem shows them so.
/// Those of a claim that ended while the filesystem was being asked may be missing from its answer:
/// they count as not free until it has been asked again.
final class FreeSpace {
  private final Ledger.Gauge gauge;

  @GuardedBy("this")
  private Disk.Space space;

  /// The number of the question that `space` answers.
  @GuardedBy("this")
  private long answered;

  /// How many questions have begun.
  @GuardedBy("this")
  private long begun;

  @GuardedBy("this")
  private long arriving;

  /// Bytes of claims that have ended, by the last question that had begun by then.
  @GuardedBy("this")
  private final NavigableMap<Long, Long> ended = new TreeMap<>();

  FreeSpace(Ledger.Gauge gauge) throws IOException {
    this.gauge = gauge;
    this.space = gauge.read();
  }

  /// Asks the filesystem; waits for its disk.
  void ask() throws IOException {
    long question = next();
    take(question, gauge.read());
  }

  private synchronized long next() {
    return ++begun;
  }

  /// An answer to an older question than the last that was answered says nothing new.
  private synchronized void take(long question, Disk.Space answer) {
    if (question > answered) {
      answered = question;
      space = answer;
      ended.headMap(question, false).clear();
    }
  }

  synchronized Disk.Space space() {
    return space;
  }

  /// The bytes that the filesystem has for whoever claims more.
  synchronized long bytes() {
    long claimed = Bytes.plus(arriving, Bytes.sum(ended.values().stream().mapToLong(b -> b)));
    return Bytes.minus(space.availableBytes(), claimed);
  }

  synchronized void arrive(long bytes) {
    arriving = Bytes.plus(arriving, bytes);
  }

  /// A claim has ended: what it wrote, a later answer shows.
  synchronized void arrived(long bytes) {
    arriving = Bytes.minus(arriving, bytes);
    if (bytes > 0 && begun > answered) {
      ended.merge(begun, bytes, Bytes::plus);
    }
  }
}
