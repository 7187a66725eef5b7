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

/// Knows to which directories a pool's paths led when its lock was taken. Another filesystem can be
/// mounted over them at any moment, and what is done by path would seem to succeed there: each call
/// compares before it begins and before it is answered, and right before each rename. The lock file
/// is open meanwhile, so the numbers of the mount and the directories are not given to others.
public final class PoolRoot {
  /// Work that is done by paths.
  public interface Call<T> {
    T run() throws StorageException, IOException;
  }

  /// Which of the paths are compared.
  private enum Part {
    ALL(0, 6),
    VOLUMES(1, 2),
    STANDING(1, 3);

    private final int from;
    private final int to;

    Part(int from, int to) {
      this.from = from;
      this.to = to;
    }

    <T> List<T> of(List<T> all) {
      return all.subList(from, to);
    }
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

  /// Notes where the paths lead now; throws when something is mounted over the pool.
  ///
  /// @param locks the last taken is the pool's own
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

  /// Returns where the pool's root lies.
  public Disk.Location location() {
    return locations.getFirst();
  }

  /// In the order that [Part] counts in.
  private static List<Path> paths(Layout layout) {
    return List.of(
        layout.root(),
        layout.volumes(),
        layout.snapshots(),
        layout.staging(),
        layout.trash(),
        layout.lock());
  }

  /// Runs a call, and returns its answer only if the paths showed this pool when it began and when
  /// it ended; else `NotReady`, whatever the call met elsewhere.
  public <T> T here(Call<T> call) throws StorageException, IOException {
    return here(call, Part.ALL);
  }

  /// Runs a call that only reads volumes and snapshots, like [#here], but compares only the paths
  /// of these: while they lead to the same directories, the call is in this pool.
  public <T> T reading(Call<T> call) throws StorageException, IOException {
    return here(call, Part.STANDING);
  }

  /// Runs a call that only reads volumes, like [#reading].
  public <T> T readingVolumes(Call<T> call) throws StorageException, IOException {
    return here(call, Part.VOLUMES);
  }

  private <T> T here(Call<T> call, Part part) throws StorageException, IOException {
    calls.incrementAndGet();
    try {
      T answer = attempt(call, part);
      requireHere(part, Optional.empty());
      return answer;
    } finally {
      calls.decrementAndGet();
    }
  }

  private <T> T attempt(Call<T> call, Part part) throws StorageException, IOException {
    try {
      compare(part);
      return call.run();
    } catch (StorageException | IOException e) {
      requireHere(part, Optional.of(e));
      throw e;
    }
  }

  /// A disk that cannot say where the paths lead would have failed the call, which used the same
  /// paths; after a call that succeeded it is no reason to refuse the answer.
  private void requireHere(Part part, Optional<Exception> failure) throws StorageException {
    try {
      compare(part);
    } catch (IOException e) {
      failure.ifPresent(cause -> cause.addSuppressed(e));
    }
    if (lost.isPresent()) {
      StorageException closed = new StorageException.NotReady(pool, "it is closed: " + lost.get());
      failure.ifPresent(closed::initCause);
      throw closed;
    }
  }

  /// Whether a call is running.
  public boolean busy() {
    return calls.get() > 0;
  }

  /// Throws when the paths lead elsewhere, or did once: nobody knows what was done meanwhile.
  public void compare() throws IOException {
    compare(Part.ALL);
  }

  private void compare(Part part) throws IOException {
    if (lost.isEmpty()) {
      lost = difference(part);
    }
    if (lost.isPresent()) {
      throw new IOException(lost.get());
    }
  }

  /// Returns why the paths do not show the pool any more, as [#compare] found or [#leave] said.
  public Optional<String> lost() {
    return lost;
  }

  /// Has every call refused from now on, for this reason.
  public void leave(String why) {
    if (lost.isEmpty()) {
      lost = Optional.of(why);
    }
  }

  private Optional<String> difference(Part part) throws IOException {
    if (locks.ended()) {
      return Optional.of("the driver has let go of it");
    }
    List<Path> paths = part.of(paths(layout));
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
      Disk.Location before = part.of(locations).get(i);
      if (!now.get(i).equals(before)) {
        return Optional.of(difference(paths.get(i), before, now.get(i)));
      }
    }
    return Optional.empty();
  }

  /// Whether something is mounted over the root, which hides the rest too.
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
