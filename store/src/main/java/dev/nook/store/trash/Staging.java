package dev.nook.store.trash;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Nonce;
import dev.nook.store.steps.Complaints;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The directory `staging/`, where volumes, snapshots and copies are made: each in a directory of
/// its own that nothing removes until it is ended.
public final class Staging {
  private final Layout layout;
  private final Disk disk;
  private final PoolRoot root;

  /// The names of directories in use.
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  public Staging(Layout layout, Disk disk, PoolRoot root) {
    this.layout = layout;
    this.disk = disk;
    this.root = root;
  }

  /// Names a directory in which the entry with this id, or a copy of it, is made.
  public Home begin(StoredId id) {
    return begun(layout.staged(id, Nonce.next()));
  }

  /// Names a directory in which a template is made.
  public Home beginTemplate() {
    return begun(layout.template(Nonce.next()));
  }

  private Home begun(Home staged) {
    begun.add(staged.name());
    return staged;
  }

  /// Ends the use of a directory: what is left of it in `staging/` is abandoned.
  public void end(Home staged) {
    begun.remove(staged.name());
  }

  /// Puts what was made into its place by one rename, which a power cut may undo until both
  /// directories are synced.
  public void place(Home staged, Home home) throws IOException {
    root.compare();
    disk.rename(staged.directory(), home.directory());
  }

  /// Moves abandoned directories to the trash. One that cannot be moved does not stop the others;
  /// the first failure is thrown at the end.
  public void collect() throws IOException {
    Complaints complaints = new Complaints();
    for (String entry : abandoned()) {
      complaints.of(() -> moveToTrash(entry));
    }
    complaints.raise();
  }

  private List<String> abandoned() throws IOException {
    return disk.list(layout.staging()).stream().filter(entry -> !begun.contains(entry)).toList();
  }

  /// Moves a directory to the trash; one that is gone was finished, and took its place, after it
  /// was listed.
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
}
