package dev.nook.store.trash;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Removing;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Nonce;
import dev.nook.store.space.TrashCharges;
import dev.nook.store.steps.Complaints;
import dev.nook.store.steps.Patience;
import dev.nook.store.volume.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// The directory `trash/`: one rename into it deletes a volume or snapshot, and what they hold is
/// removed in the background.
public final class Trash {
  private final Layout layout;
  private final Disk disk;
  private final Backends<? extends Removing> backends;
  private final TrashCharges charges;
  private final PoolRoot root;
  private final Staging staging;
  private final Reserve reserve;

  /// The names of entries that are on their way into the trash, and not charged as trash yet.
  private final Set<String> arriving = ConcurrentHashMap.newKeySet();

  private final AtomicLong discards = new AtomicLong();

  /// Whether something was removed, perhaps before this driver started, whose space may not be free
  /// yet.
  private volatile boolean owed = true;

  /// One entry is removed at a time: the sweep, and calls that need space, may meet at the same
  /// one.
  private final ReentrantLock removing = new ReentrantLock(true);

  public Trash(
      Layout layout,
      Disk disk,
      Backends<? extends Removing> backends,
      TrashCharges charges,
      PoolRoot root,
      Staging staging) {
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.charges = charges;
    this.root = root;
    this.staging = staging;
    this.reserve = new Reserve(layout, disk);
  }

  /// Deletes a volume or snapshot by one rename, which a power cut may undo until [#sync].
  ///
  /// @param shares what it shares that counts to the quotas of volumes
  public void discard(StoredId id, List<Share> shares) throws IOException {
    Home discarded = layout.discarded(id, Nonce.next());
    arriving.add(discarded.name());
    try {
      rename(layout.home(id), discarded);
      charges.discarded(id, discarded, shares);
    } finally {
      arriving.remove(discarded.name());
      discards.incrementAndGet();
    }
  }

  /// Counts the discards so far: while the number stays the same, nothing new is here.
  public long discards() {
    return discards.get();
  }

  /// Takes the blocks again that were released when a rename found none.
  public void takeReserve() throws IOException {
    reserve.take();
  }

  /// Makes renames from this directory into the trash durable.
  public void sync(Path directory) throws IOException {
    disk.sync(directory);
    disk.sync(layout.trash());
  }

  /// Deletes a template by one rename, and ends it; when that fails, [#empty] tries again.
  public void discard(Home staged) throws IOException {
    arriving.add(staged.name());
    try {
      rename(staged, new Home(layout.trash().resolve(staged.name())));
    } finally {
      staging.end(staged);
      arriving.remove(staged.name());
      discards.incrementAndGet();
    }
  }

  /// Removes what a failed call has left in `staging/`; what cannot be removed stays charged until
  /// [#empty].
  public void remove(Home staged, long claimedBytes) throws IOException {
    charges.failed(staged, claimedBytes);
    remove(staged);
  }

  /// Removes everything, what was abandoned in `staging/` included. One entry that cannot be
  /// removed does not stop the others; the first failure is thrown at the end.
  public void empty() throws IOException {
    Complaints complaints = new Complaints();
    complaints.of(staging::collect);
    for (String entry : entries()) {
      complaints.of(() -> {
        removing.lock();
        removeLocked(entry);
      });
    }
    complaints.raise();
  }

  private List<String> entries() throws IOException {
    return disk.list(layout.trash()).stream().filter(entry -> !arriving.contains(entry)).toList();
  }

  /// Returns what can be removed now. What another thread was removing is gone, its charge too;
  /// when that outlasts the patience, nothing is returned.
  public List<String> entries(Patience patience) throws IOException {
    if (!patience.lock(removing)) {
      return List.of();
    }
    try {
      return entries();
    } finally {
      removing.unlock();
    }
  }

  /// Removes one entry, unless it is gone, cannot be removed (which [#empty] reports), or another
  /// removal outlasts the patience.
  ///
  /// @return whether this call removed it
  public boolean remove(String entry, Patience patience) throws IOException {
    try {
      return patience.lock(removing) && removeLocked(entry);
    } catch (SystemCallException _) {
      return false;
    }
  }

  private boolean removeLocked(String entry) throws IOException {
    try {
      Home home = new Home(layout.trash().resolve(entry));
      boolean there = disk.stat(home.directory()).isPresent();
      if (there) {
        remove(home);
      }
      return there;
    } finally {
      removing.unlock();
    }
  }

  /// Has the filesystem free what was removed, as far as it can by now, and charges what that left.
  public void reclaim() throws IOException {
    Complaints complaints = new Complaints();
    if (owed) {
      owed = false;
      for (Removing backend : backends.all()) {
        complaints.of(() -> reclaim(backend));
      }
    }
    complaints.of(charges::settle);
    complaints.raise();
  }

  private void reclaim(Removing backend) throws IOException {
    boolean done = false;
    try {
      backend.reclaim();
      done = !backend.isGivingBack();
    } finally {
      owed |= !done;
    }
  }

  /// Whether what was removed may still hold space.
  public boolean isGivingBack() throws IOException {
    for (Removing backend : backends.all()) {
      if (backend.isGivingBack()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a deleted copy may still hold what its origin writes over.
  public boolean keepsCopies() throws IOException {
    return !disk.list(layout.trash()).isEmpty() || isGivingBack();
  }

  /// Removes a directory that is charged as trash, or set aside, and ends its charge.
  public void remove(Home home) throws IOException {
    root.compare();
    owed = true;
    for (Removing backend : backends.all()) {
      backend.dismantle(home);
    }
    disk.removeTree(home.directory());
    charges.removed(home);
  }

  /// A full disk may have no block left for a directory entry: then the reserve is released.
  private void rename(Home from, Home to) throws IOException {
    root.compare();
    try {
      disk.rename(from.directory(), to.directory());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOSPC) && !e.is(Errno.EDQUOT)) {
        throw e;
      }
      reserve.release();
      disk.rename(from.directory(), to.directory());
    }
  }
}
