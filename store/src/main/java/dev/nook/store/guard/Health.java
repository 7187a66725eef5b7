package dev.nook.store.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// Says whether a pool may be written. After an I/O error nobody knows what reached the disk, so
/// the pool is marked, on disk too, until an administrator has checked it (`nook pool recover`).
public final class Health {
  private static final Set<Errno> LOST = Set.of(Errno.EIO, Errno.EROFS, Errno.EUCLEAN);
  private static final Set<Errno> FULL = Set.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG);

  /// A filesystem with fewer bytes free may refuse what a journal needs.
  private static final long LEAST_FREE = 4L << 20;

  private static final byte[] PROBE = "written to see whether the disk takes it\n".getBytes(UTF_8);

  private final PoolName pool;
  private final Layout layout;
  private final Disk disk;
  private final Clock clock;
  private volatile Optional<String> degraded = Optional.empty();

  /// Held while the marker and the probe are read and written, for as long as the disk takes.
  /// `degraded` is read and set without it.
  private final ReentrantLock marking = new ReentrantLock();

  @GuardedBy("marking")
  private boolean marked;

  public Health(PoolName pool, Layout layout, Disk disk, Clock clock) {
    this.pool = pool;
    this.layout = layout;
    this.disk = disk;
    this.clock = clock;
  }

  public Optional<String> degraded() {
    return degraded;
  }

  public void requireWritable() throws StorageException {
    if (degraded.isPresent()) {
      throw new StorageException.NotReady(
          pool,
          "an I/O error has made it read-only (%s); check the disk, then run \"nook pool recover %s\""
              .formatted(degraded.get(), pool));
    }
  }

  public static boolean losesWrites(IOException e) {
    return e instanceof SystemCallException call && LOST.contains(call.errno());
  }

  public static boolean isFull(IOException e) {
    return e instanceof SystemCallException call && FULL.contains(call.errno());
  }

  /// Marks the pool if the failure of a call that wrote says that writes of the pool are lost.
  public void met(IOException e) {
    if (Scope.of(e) == Scope.POOL && losesWrites(e) && degrade(String.valueOf(e.getMessage()))) {
      marking.lock();
      try {
        mark();
      } finally {
        marking.unlock();
      }
    }
  }

  /// Notes the reason; false when there is one already.
  private synchronized boolean degrade(String why) {
    boolean first = degraded.isEmpty();
    degraded = first ? Optional.of(why) : degraded;
    return first;
  }

  /// Asks the disk whether it takes writes, after a failure in a volume that a failing or full disk
  /// would explain as well: first for its free space, then by writing a file. Marks the pool if
  /// writes are lost.
  ///
  /// @return whether a full disk explains the failure
  public boolean asked() {
    marking.lock();
    try {
      if (disk.space(layout.root()).availableBytes() < LEAST_FREE) {
        return true;
      }
      disk.remove(layout.probe());
      disk.write(layout.probe(), PROBE);
      disk.sync(layout.root());
      disk.remove(layout.probe());
    } catch (IOException e) {
      met(e);
      return isFull(e);
    } finally {
      marking.unlock();
    }
    return false;
  }

  /// Compares memory and marker: a marker that appeared makes the pool read-only, and one that was
  /// taken away makes it writable again, but not one that could not be written.
  public void check() throws IOException {
    marking.lock();
    try {
      compare();
    } finally {
      marking.unlock();
    }
  }

  @GuardedBy("marking")
  private void compare() throws IOException {
    boolean present = disk.stat(layout.degraded()).isPresent();
    if (present) {
      marked = true;
      if (degraded.isEmpty()) {
        boolean _ = degrade(why());
      }
    } else if (marked) {
      marked = false;
      degraded = Optional.empty();
    } else if (degraded.isPresent()) {
      mark();
    }
  }

  /// Writes the marker. A disk that fails may refuse it: the pool stays degraded in memory, and
  /// each check tries again.
  @GuardedBy("marking")
  private void mark() {
    Record record =
        Record.of("degraded").with("why", degraded.orElse("")).with("since", clock.instant());
    try {
      disk.remove(layout.degraded());
      disk.write(layout.degraded(), record.bytes());
      disk.sync(layout.root());
      marked = true;
    } catch (IOException _) {
      marked = false;
    }
  }

  private String why() throws IOException {
    try {
      Record record = Record.parse(disk.read(layout.degraded(), Record.MAX_BYTES));
      return "%s, since %s".formatted(record.get("why"), record.get("since"));
    } catch (BadRecord e) {
      return "its marker %s".formatted(e.why());
    }
  }
}
