package dev.nook.store.guard;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Which directories a pool's paths led to when its lock was held. Another filesystem can be
/// mounted over them at any moment, and what is done by path would seem to go well there: who
/// answers for something compares before and after, who commits right before that, too. The lock,
/// which is open there, keeps the ids of the mount and the directories from being given to others.
public final class PoolRoot {
  /// What is done by paths.
  public interface Call<T> {
    T run() throws StorageException, IOException;
  }

  private final PoolName pool;
  private final Layout layout;
  private final Disk disk;
  private final Locks locks;
  private final List<Disk.Location> locations;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile Optional<String> lost = Optional.empty();

  private PoolRoot(
      PoolName pool, Layout layout, Disk disk, Locks locks, List<Disk.Location> locations) {
    this.pool = pool;
    this.layout = layout;
    this.disk = disk;
    this.locks = locks;
    this.locations = locations;
  }

  /// @param locks the last taken is the pool's own; what is mounted over the pool since is refused
  public static PoolRoot of(PoolName pool, Layout layout, Disk disk, Locks locks)
      throws IOException {
    PoolRoot root = new PoolRoot(pool, layout, disk, locks, disk.locate(paths(layout)));
    if (!locks.location().equals(Optional.of(root.locations.getLast()))) {
      throw new IOException(covered(layout.root()));
    }
    for (int i = 0; i < root.locations.size(); i++) {
      if (root.locations.get(i).mount() != root.location().mount()) {
        throw new IOException(covered(paths(layout).get(i)));
      }
    }
    return root;
  }

  /// Where the pool's root lies.
  public Disk.Location location() {
    return locations.getFirst();
  }

  private static List<Path> paths(Layout layout) {
    return List.of(
        layout.root(),
        layout.volumes(),
        layout.snapshots(),
        layout.staging(),
        layout.trash(),
        layout.lock());
  }

  /// Answers for what a call did only if it was done in this pool, from its beginning to its end;
  /// else `NotReady`, whatever the call met elsewhere.
  public <T> T here(Call<T> call) throws StorageException, IOException {
    calls.incrementAndGet();
    try {
      T answer = attempt(call);
      requireHere(Optional.empty());
      return answer;
    } finally {
      calls.decrementAndGet();
    }
  }

  private <T> T attempt(Call<T> call) throws StorageException, IOException {
    try {
      compare();
      return call.run();
    } catch (StorageException | IOException e) {
      requireHere(Optional.of(e));
      throw e;
    }
  }

  /// A disk that cannot say where the paths lead is told by the call itself, which used the same
  /// paths; after it has gone well, that is no reason to take it back.
  private void requireHere(Optional<Exception> failure) throws StorageException {
    try {
      compare();
    } catch (IOException e) {
      failure.ifPresent(cause -> cause.addSuppressed(e));
    }
    if (lost.isPresent()) {
      StorageException closed = new StorageException.NotReady(pool, "it is closed: " + lost.get());
      failure.ifPresent(closed::initCause);
      throw closed;
    }
  }

  /// Whether a call still runs.
  public boolean busy() {
    return calls.get() > 0;
  }

  /// Throws when the paths lead elsewhere, or did so once: what was done meanwhile is not known.
  public void compare() throws IOException {
    if (lost.isEmpty()) {
      lost = difference();
    }
    if (lost.isPresent()) {
      throw new IOException(lost.get());
    }
  }

  /// Why this is the pool's place no longer, as [#compare] found or [#leave] said.
  public Optional<String> lost() {
    return lost;
  }

  /// From now on nothing is answered for.
  public void leave(String why) {
    if (lost.isEmpty()) {
      lost = Optional.of(why);
    }
  }

  private Optional<String> difference() throws IOException {
    if (locks.ended()) {
      return Optional.of("the driver has let go of it");
    }
    List<Path> paths = paths(layout);
    List<Disk.Location> now;
    try {
      now = disk.locate(paths);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
        throw e;
      }
      return Optional.of(
          rootLiesElsewhere() ? covered(layout.root()) : e.getMessage() + "; put it back");
    }
    for (int i = 0; i < paths.size(); i++) {
      if (!now.get(i).equals(locations.get(i))) {
        return Optional.of(difference(paths.get(i), locations.get(i), now.get(i)));
      }
    }
    return Optional.empty();
  }

  /// What is mounted over the root hides the rest too.
  private boolean rootLiesElsewhere() throws IOException {
    return disk.stat(layout.root()).isPresent()
        && !disk.locate(List.of(layout.root())).getFirst().equals(location());
  }

  private static String difference(Path path, Disk.Location before, Disk.Location now) {
    return before.mount() == now.mount() && before.device() == now.device()
        ? "%s is another one than when the pool was opened; put the pool's own back".formatted(path)
        : covered(path);
  }

  public static String covered(Path path) {
    return "something else is mounted over %s, and hides the pool; unmount it".formatted(path);
  }
}
