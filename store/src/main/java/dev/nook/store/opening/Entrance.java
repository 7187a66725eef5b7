package dev.nook.store.opening;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.guard.Locks;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.id.Subject;
import dev.nook.store.record.Format;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Opens a pool, in this order: the lock of its image, the mount of its image, its own lock,
/// FORMAT.
public final class Entrance {
  private final PoolConfig config;
  private final String node;
  private final Linux linux;
  private final Clock clock;
  private final Layout layout;
  private final Optional<PoolImage> image;
  private final Locks locks = new Locks();

  public Entrance(PoolConfig config, String node, Linux linux, Clock clock) {
    this.config = config;
    this.node = node;
    this.linux = linux;
    this.clock = clock;
    this.layout = new Layout(config.path());
    this.image = config.image().map(wanted -> new PoolImage(config, wanted, linux));
  }

  /// A pool that this driver has served, and the location of its root then.
  public record Served(UUID pool, Disk.Location root) {}

  /// Takes all steps except reading the pool.
  ///
  /// @param served what this driver has served here before. Then nothing else is opened and no new
  ///   pool is made, because what is mounted over a pool looks like an empty place or like another
  ///   pool
  public Format enter(Patience patience, Optional<Served> served)
      throws StorageException, PoolHeld, IOException {
    lockImage(patience);
    mountImage();
    if (served.isPresent()) {
      requireSame(served.get());
    }
    lockPool(patience);
    return format();
  }

  private void requireSame(Served served) throws StorageException, IOException {
    requireDirectory();
    long mount = linux.disk().locate(List.of(config.path())).getFirst().mount();
    if (mount != served.root().mount() && stillMounted(served.root().mount())) {
      throw new StorageException.NotReady(config.name(), PoolRoot.covered(config.path()));
    }
    if (linux.disk().stat(layout.format()).isEmpty()) {
      throw new StorageException.NotReady(
          new Subject.At(layout.format()),
          "is missing; mount the pool's own filesystem, or put that file back");
    }
    UUID found = founding().read().pool();
    if (!found.equals(served.pool())) {
      throw new StorageException.NotReady(
          new Subject.At(layout.format()),
          "it belongs to pool %s, but pool %s was served here; if that is intended, restart the driver"
              .formatted(found, served.pool()));
    }
  }

  private boolean stillMounted(long mount) throws IOException {
    return linux.mounts().all().stream()
        .anyMatch(entry -> entry.id() == mount && config.path().startsWith(entry.mountPoint()));
  }

  /// Returns the pool's directories as its paths show them. Needs [#format], which makes them.
  public PoolRoot root() throws IOException {
    return PoolRoot.of(config.name(), layout, linux.disk(), locks);
  }

  public void lockImage(Patience patience) throws StorageException, PoolHeld, IOException {
    if (image.isPresent()) {
      locks.add(lock(image.get().lock(), image.get().holder()).take(patience));
    }
  }

  public void mountImage() throws StorageException, IOException {
    if (image.isPresent()) {
      locks.requireWanted();
      image.get().mount();
    }
  }

  public void lockPool(Patience patience) throws StorageException, PoolHeld, IOException {
    requireDirectory();
    locks.add(lock(layout.lock(), layout.holder()).take(patience));
  }

  public Format format() throws StorageException, IOException {
    locks.requireWanted();
    return founding().open(node);
  }

  public void requireThisNode(Format format) throws StorageException {
    if (!format.node().equals(node)) {
      throw new StorageException.NotReady(
          new Subject.At(layout.format()),
          "the pool belongs to node %s, but this is node %s; if the disk has moved here for good, run \"nook pool adopt %s\""
              .formatted(format.node(), node, config.name()));
    }
  }

  public void adopt() throws StorageException, IOException {
    founding().adopt(node);
  }

  /// Removes the mark of an I/O error, after a file was written to the disk and synced.
  public void recover() throws StorageException, IOException {
    Disk disk = linux.disk();
    byte[] format = founding().read().bytes();
    disk.remove(layout.probe());
    disk.write(layout.probe(), format);
    disk.sync(layout.root());
    if (!Arrays.equals(disk.read(layout.probe(), format.length), format)) {
      throw new IOException(
          "%s does not have the content that was written".formatted(layout.probe()));
    }
    disk.remove(layout.probe());
    disk.remove(layout.degraded());
    disk.sync(layout.root());
  }

  /// Whether the pool's root is the root of its filesystem, so that others have nothing there.
  public boolean ownsFileSystem() throws IOException {
    List<Mounts.Entry> stack = linux.mounts().at(config.path());
    return !stack.isEmpty() && stack.getLast().root().equals("/");
  }

  /// Returns the locks that were taken.
  public Locks locks() {
    return locks;
  }

  private void requireDirectory() throws StorageException, IOException {
    for (Path path = config.path(); path != null; path = path.getParent()) {
      Optional<Disk.Stat> stat = linux.disk().stat(path);
      if (stat.isEmpty()) {
        throw new StorageException.NotReady(
            new Subject.At(config.path()), "there is no such directory");
      }
      if (stat.get().kind() == Kind.SYMLINK) {
        throw new StorageException.NotReady(
            new Subject.At(config.path()),
            "%s is a symbolic link; configure the path to which it leads".formatted(path));
      }
      if (stat.get().kind() != Kind.DIRECTORY) {
        throw new StorageException.NotReady(
            new Subject.At(config.path()), "%s is not a directory".formatted(path));
      }
    }
  }

  private Founding founding() {
    return new Founding(layout, linux.disk(), clock);
  }

  private Lock lock(Path file, Path hint) {
    return new Lock(config.name(), file, hint, node, linux.disk(), clock);
  }
}
