package dev.nook.testing;

import dev.nook.linux.Linux;
import dev.nook.linux.block.KernelLoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.BtrfsSubvolumes;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.HostFileSystems;
import dev.nook.linux.fs.KernelDisk;
import dev.nook.linux.mount.KernelMounts;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// A folder on a real filesystem of its own, in a sparse image; a btrfs has simple quotas on.
/// Closing it takes back every mount and loop device of what lies in it.
public final class RealPool implements AutoCloseable {
  /// The label of the loop device below a pool.
  public static final String LABEL = "nook-test-pool-" + ProcessHandle.current().pid();

  private final Linux linux;
  private final Path image;
  private final Path path;

  private RealPool(Linux linux, Path image, Path path) {
    this.linux = linux;
    this.image = image;
    this.path = path;
  }

  /// The ports of the host.
  public static Linux linux() {
    return new Linux(
        new KernelMounts(),
        new KernelLoopDevices(),
        new HostFileSystems(),
        new KernelDisk(),
        new BtrfsSubvolumes());
  }

  /// Makes `<folder>/<type>.img`, mounted at `<folder>/<type>`.
  public static RealPool create(Path folder, FileSystemType type, long bytes) throws IOException {
    Linux linux = linux();
    Path image = folder.resolve(type + ".img");
    Path path = folder.resolve(type.toString());
    RealPool pool = new RealPool(linux, image, path);
    linux.disk().makeDirectory(path);
    linux.disk().allocate(image, bytes, Allocation.SPARSE);
    linux.fileSystems().format(image, type, UUID.randomUUID(), Allocation.SPARSE);
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, LABEL));
    try {
      linux.mounts().mount(loop.device(), path, type, MountFlags.NONE);
      if (type == FileSystemType.BTRFS) {
        linux.subvolumes().enableQuotas(path);
      }
    } catch (IOException e) {
      pool.close();
      throw e;
    }
    return pool;
  }

  public Path path() {
    return path;
  }

  /// What a reboot does to all that lies in it: nothing of it is mounted or attached any more.
  public void forget() throws IOException {
    Owned.below(path, linux).takeBack();
  }

  @Override
  public void close() throws IOException {
    forget();
    for (Mounts.Entry _ : linux.mounts().at(path)) {
      linux.mounts().unmount(path);
    }
    Optional<Loop> loop = linux.loops().find(image, Access.READ_WRITE);
    if (loop.isPresent()) {
      linux.loops().detach(loop.get().device());
    }
    linux.disk().remove(image);
    linux.disk().remove(path);
  }
}
