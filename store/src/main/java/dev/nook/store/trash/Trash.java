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

/// Where volumes and snapshots go at once, and their files in the background.
public final class Trash {
  private final Layout layout;
  private final Disk disk;
  private final Backends<? extends Removing> backends;
  private final TrashCharges charges;
  private final PoolRoot root;

  /// What is being built, or on its way into the trash, by its name there: nobody else's.
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  private final AtomicLong discards = new AtomicLong();

  /// Whether something was removed, perhaps before this driver started, that may not be given back.
  private volatile boolean owed = true;

  /// One entry is removed at a time: the sweep, and calls that need room, may meet at the same one.
  private final ReentrantLock removing = new ReentrantLock(true);

  public Trash(
      Layout layout,
      Disk disk,
      Backends<? extends Removing> backends,
      TrashCharges charges,
      PoolRoot root) {
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.charges = charges;
    this.root = root;
  }

  /// Takes a volume or snapshot out of service by one rename. It may be undone by a crash until
  /// [#sync].
  ///
  /// @param shares what it shares that counts to the quotas of others
  public void discard(StoredId id, List<Share> shares) throws IOException {
    Home discarded = layout.discarded(id, Nonce.next());
    busy.add(discarded.name());
    try {
      rename(layout.home(id), discarded);
      charges.discarded(id, discarded, shares);
    } finally {
      busy.remove(discarded.name());
      discards.incrementAndGet();
    }
  }

  /// How often something was discarded: while it stays the same, nothing new is here.
  public long discards() {
    return discards.get();
  }

  /// Takes the blocks again that were given up when a rename found none.
  public void takeReserve() throws IOException {
    new Reserve(layout, disk).make();
  }

  /// Makes renames from this directory into the trash durable.
  public void sync(Path room) throws IOException {
    disk.sync(room);
    disk.sync(layout.trash());
  }

  public Home build(StoredId id) {
    return build(layout.staged(id, Nonce.next()));
  }

  public Home buildTemplate() {
    return build(layout.template(Nonce.next()));
  }

  private Home build(Home staged) {
    busy.add(staged.name());
    return staged;
  }

  /// Takes what was built into service by one rename, which may be undone by a crash until both
  /// directories are synced.
  public void place(Home staged, Home home) throws IOException {
    root.compare();
    disk.rename(staged.directory(), home.directory());
  }

  public void built(Home staged) {
    busy.remove(staged.name());
  }

  /// Takes what was built, and no longer is, out of staging by one rename; when it fails, [#empty]
  /// tries again.
  public void discard(Home staged) throws IOException {
    try {
      rename(staged, new Home(layout.trash().resolve(staged.name())));
    } finally {
      busy.remove(staged.name());
      discards.incrementAndGet();
    }
  }

  /// Removes what a failed construction left; what cannot be removed stays charged until [#empty].
  public void remove(Home staged, long claimedBytes) throws IOException {
    charges.failed(staged, claimedBytes);
    remove(staged);
  }

  /// Removes everything, what abandoned constructions left included. One entry that resists does
  /// not stop the others; the first complaint is thrown at the end.
  public void empty() throws IOException {
    Complaints complaints = new Complaints();
    for (String entry : abandoned()) {
      complaints.of(() -> moveToTrash(entry));
    }
    for (String entry : entries()) {
      complaints.of(() -> {
        removing.lock();
        removeLocked(entry);
      });
    }
    complaints.raise();
  }

  private List<String> entries() throws IOException {
    return unlessBusy(disk.list(layout.trash()));
  }

  /// What can be removed now; what was being removed by another is gone, its charge too, unless
  /// that outlasts the patience: then nothing.
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

  /// Removes one entry, unless it is gone, resists (which is for [#empty] to complain of), or
  /// another removal outlasts the patience.
  ///
  /// @return whether it was removed here
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

  /// Has what was removed given back, as far as it can be by now.
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

  /// What fails is owed still.
  private void reclaim(Removing backend) throws IOException {
    boolean done = false;
    try {
      backend.reclaim();
      done = !backend.isGivingBack();
    } finally {
      owed |= !done;
    }
  }

  /// Whether removed things may still hold space.
  public boolean isGivingBack() throws IOException {
    for (Removing backend : backends.all()) {
      if (backend.isGivingBack()) {
        return true;
      }
    }
    return false;
  }

  /// Whether a copy that was discarded may still keep what its origin writes over.
  public boolean keepsCopies() throws IOException {
    return !disk.list(layout.trash()).isEmpty() || isGivingBack();
  }

  /// Moves abandoned constructions into the trash.
  public void collect() throws IOException {
    for (String entry : abandoned()) {
      moveToTrash(entry);
    }
  }

  private List<String> abandoned() throws IOException {
    return unlessBusy(disk.list(layout.staging()));
  }

  private List<String> unlessBusy(List<String> entries) {
    return entries.stream().filter(entry -> !busy.contains(entry)).toList();
  }

  /// One that is gone was finished, and took its place, after it was listed.
  private void moveToTrash(String entry) throws IOException {
    root.compare();
    try {
      disk.rename(layout.staging().resolve(entry), layout.trash().resolve(entry));
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /// Removes what has its charge already, until it is gone.
  public void remove(Home home) throws IOException {
    root.compare();
    owed = true;
    for (Removing backend : backends.all()) {
      backend.dismantle(home);
    }
    disk.removeTree(home.directory());
    charges.removed(home);
  }

  /// A full disk may have no block left for a directory entry: then the reserve is given up.
  private void rename(Home from, Home to) throws IOException {
    root.compare();
    try {
      disk.rename(from.directory(), to.directory());
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOSPC) && !e.is(Errno.EDQUOT)) {
        throw e;
      }
      disk.remove(layout.reserve());
      disk.rename(from.directory(), to.directory());
    }
  }
}
