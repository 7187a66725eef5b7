package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.store.volume.Bytes;
import java.io.IOException;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What the filesystem of a pool has free, as it said when it was asked last. It is asked with no
/// lock held, so that a disk that hangs holds up no caller that needs no new answer.
///
/// Bytes that are claimed and not yet written are not free, though the filesystem shows them so.
/// Those of a claim that ended while the filesystem was being asked may be missing from its answer,
/// so they count as not free until it has been asked again.
public final class FreeSpace {
  /// Asks the filesystem what it has now.
  public interface Gauge {
    Disk.Space read() throws IOException;
  }

  private final Gauge gauge;

  @GuardedBy("this")
  private Disk.Space space;

  /// The number of the question that `space` answers.
  @GuardedBy("this")
  private long answered;

  /// How many questions have begun.
  @GuardedBy("this")
  private long begun;

  @GuardedBy("this")
  private long claimed;

  /// Bytes of claims that have ended, by the last question that had begun by then.
  @GuardedBy("this")
  private final NavigableMap<Long, Long> ended = new TreeMap<>();

  FreeSpace(Gauge gauge) throws IOException {
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

  /// Takes an answer; ignores one to an older question than the last that was answered.
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

  /// Returns the bytes that can still be claimed of the filesystem.
  synchronized long bytes() {
    long unseen = Bytes.sum(ended.values().stream().mapToLong(Long::longValue));
    return Bytes.minus(space.availableBytes(), Bytes.plus(claimed, unseen));
  }

  synchronized void claim(long bytes) {
    claimed = Bytes.plus(claimed, bytes);
  }

  /// Ends a claim: what was written of it, a later answer shows.
  synchronized void end(long bytes) {
    claimed = Bytes.minus(claimed, bytes);
    if (bytes > 0 && begun > answered) {
      ended.merge(begun, bytes, Bytes::plus);
    }
  }
}
