package dev.nook.store.guard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.store.error.StorageException;
import dev.nook.store.steps.Complaints;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The locks of one pool. A stop releases them at once, whatever the thread that takes them waits
/// for; what that thread takes afterwards is released again.
public final class Locks {
  @GuardedBy("this")
  private final Deque<Disk.Held> held = new ArrayDeque<>();

  @GuardedBy("this")
  private boolean ended;

  /// Adds a lock that was taken; `Unavailable`, and the lock is free again, when [#end] came first.
  public void add(Disk.Held lock) throws StorageException, IOException {
    synchronized (this) {
      if (!ended) {
        held.push(lock);
        return;
      }
    }
    lock.close();
    requireWanted();
  }

  /// Throws `Unavailable` after [#end]: nothing may be changed any more, because the pool may
  /// belong to another driver by now.
  public void requireWanted() throws StorageException {
    if (ended()) {
      throw new StorageException.Unavailable("the driver has released its pools; retry");
    }
  }

  /// Returns where the file lies whose lock was taken last.
  public Optional<Disk.Location> location() throws IOException {
    Optional<Disk.Held> last = lastTaken();
    return last.isPresent() ? Optional.of(last.get().location()) : Optional.empty();
  }

  private synchronized Optional<Disk.Held> lastTaken() {
    return Optional.ofNullable(held.peek());
  }

  public synchronized boolean ended() {
    return ended;
  }

  /// Releases every lock, the last taken first, for good.
  public void end() throws IOException {
    synchronized (this) {
      ended = true;
    }
    release();
  }

  /// Releases every lock, the last taken first; they may be taken again. A failure to release one
  /// does not keep the others from being released.
  public void release() throws IOException {
    Complaints complaints = new Complaints();
    Optional<Disk.Held> next = last();
    while (next.isPresent()) {
      complaints.of(next.get()::close);
      next = last();
    }
    complaints.raise();
  }

  private synchronized Optional<Disk.Held> last() {
    return Optional.ofNullable(held.poll());
  }
}
