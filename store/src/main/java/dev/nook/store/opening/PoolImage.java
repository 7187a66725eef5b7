package dev.nook.store.opening;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A pool's own filesystem, in one fully allocated file beside its mount point. An existing file is
/// never formatted, whatever it contains.
public final class PoolImage {
  private final PoolName pool;
  private final Path file;
  private final Path mountPoint;
  private final PoolConfig.Image wanted;
  private final Linux linux;
  private final Disk disk;

  public PoolImage(PoolConfig config, PoolConfig.Image wanted, Linux linux) {
    this.pool = config.name();
    this.file = config.imageFile();
    this.mountPoint = config.path();
    this.wanted = wanted;
    this.linux = linux;
    this.disk = linux.disk();
  }

  public Path file() {
    return file;
  }

  public Path lock() {
    return beside(".lock");
  }

  public Path holder() {
    return beside(".holder");
  }

  /// Makes the file if it is absent, and mounts it. The caller must hold the lock.
  public void mount() throws StorageException, IOException {
    disk.remove(unfinished());
    if (disk.stat(file()).isEmpty()) {
      make();
    }
    FileSystemType type =
        linux
            .fileSystems()
            .probe(file())
            .map(FileSystems.Identity::type)
            .filter(found -> found != FileSystemType.EXT4)
            .orElseThrow(() ->
                refused("holds neither xfs nor btrfs, and an existing file is not formatted"));
    Loop loop = attached();
    if (!mounted(loop)) {
      prepareMountPoint();
      linux.mounts().mount(loop.device(), mountPoint, type, MountFlags.NONE);
    }
    if (type == FileSystemType.BTRFS) {
      enforceSizes();
    }
  }

  /// Switches quotas on, but only while the filesystem is empty: where somebody else has put files,
  /// quotas stay as they are.
  private void enforceSizes() throws IOException {
    if (!linux.subvolumes().enforced(mountPoint) && disk.list(mountPoint).isEmpty()) {
      linux.subvolumes().enableQuotas(mountPoint);
    }
  }

  private void make() throws IOException {
    UUID uuid = UUID.randomUUID();
    var identity = new FileSystems.Identity(wanted.type(), uuid);
    try {
      disk.allocate(unfinished(), wanted.bytes(), Allocation.FULL);
      linux.fileSystems().format(unfinished(), wanted.type(), uuid, Allocation.FULL);
      if (!linux.fileSystems().probe(unfinished()).equals(Optional.of(identity))) {
        throw new IOException(
            "%s does not hold the filesystem that was made in it".formatted(unfinished()));
      }
      disk.sync(unfinished());
      disk.rename(unfinished(), file());
      disk.sync(mountPoint.resolveSibling(".").normalize());
    } catch (IOException e) {
      try {
        disk.remove(unfinished());
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private Loop attached() throws IOException {
    Optional<Loop> loop = linux.loops().find(file(), Access.READ_WRITE);
    return loop.isPresent()
        ? loop.get()
        : linux
            .loops()
            .attach(new LoopDevices.Attach(file(), Access.READ_WRITE, false, pool.text()));
  }

  private boolean mounted(Loop loop) throws StorageException, IOException {
    List<Mounts.Entry> stack = linux.mounts().at(mountPoint);
    if (stack.isEmpty()) {
      return false;
    }
    Mounts.Entry top = stack.getLast();
    if (top.device() != loop.rdev() && !top.source().equals(loop.device().toString())) {
      throw refused("cannot be mounted: %s is mounted there".formatted(top.source()));
    }
    return true;
  }

  private void prepareMountPoint() throws StorageException, IOException {
    if (disk.stat(mountPoint).isEmpty()) {
      disk.makeDirectory(mountPoint);
    } else if (!disk.list(mountPoint).isEmpty()) {
      throw refused("cannot be mounted: %s is not empty".formatted(mountPoint));
    }
  }

  private StorageException refused(String why) {
    return new StorageException.NotReady(new Subject.PoolImage(file()), why);
  }

  private Path unfinished() {
    return beside(".new");
  }

  private Path beside(String suffix) {
    return file.resolveSibling(file.getFileName() + suffix);
  }
}
