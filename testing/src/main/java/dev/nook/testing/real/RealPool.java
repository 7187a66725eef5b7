package dev.nook.testing.real;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// A folder on a real filesystem of its own, in a sparse image; a btrfs has simple quotas on.
/// Closing it removes every mount and loop device of what is in it.
public final class RealPool implements AutoCloseable {
  /// The label of the loop device below a pool.
  public static final String LABEL = "nook-test-pool-" + ProcessHandle.current().pid();

  /// The folder in which [btrfs-scrub(8)](https://man7.org/linux/man-pages/man8/btrfs-scrub.8.html)
  /// leaves its results.
  private static final Path SCRUBBED = Path.of("/var/lib/btrfs");

  private final Linux linux;
  private final Identity identity;
  private final Path image;
  private final Path path;

  private RealPool(Linux linux, Identity identity, Path image, Path path) {
    this.linux = linux;
    this.identity = identity;
    this.image = image;
    this.path = path;
  }

  /// Returns the ports of the host.
  public static Linux linux() {
    return Linux.host();
  }

  /// Makes `<folder>/<type>.img`, mounted at `<folder>/<type>`.
  public static RealPool create(Path folder, FileSystemType type, long bytes) throws IOException {
    Linux linux = linux();
    Path image = folder.resolve(type + ".img");
    Path path = folder.resolve(type.toString());
    Identity identity = new Identity(type, UUID.randomUUID());
    RealPool pool = new RealPool(linux, identity, image, path);
    linux.disk().makeDirectory(path);
    linux.disk().allocate(image, bytes, Allocation.SPARSE);
    linux.fileSystems().format(image, type, identity.uuid(), Allocation.SPARSE);
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

  /// Does what a reboot would: unmounts and detaches everything in it.
  public void forget() throws IOException {
    forget(path, linux);
  }

  /// Does so for what is in a folder, or in the filesystem that is mounted on it.
  public static void forget(Path folder, Linux linux) throws IOException {
    Owned.below(folder, linux).takeBack();
  }

  /// Unmounts its filesystem and fails if it has an error. A btrfs is read in full by the kernel,
  /// because not every `btrfs check` knows simple quotas.
  public void check() throws IOException {
    if (identity.type() == FileSystemType.BTRFS) {
      Processes.run(Command.of("btrfs", "scrub", "start", "-B", "-r", path.toString()));
      linux.disk().remove(SCRUBBED.resolve("scrub.status." + identity.uuid()));
    }
    unmount();
    if (identity.type() == FileSystemType.XFS) {
      Processes.run(Command.of("xfs_repair", "-n", image.toString()));
    }
  }

  private void unmount() throws IOException {
    forget();
    for (Mounts.Entry _ : linux.mounts().at(path)) {
      linux.mounts().unmount(path);
    }
    Optional<Loop> loop = linux.loops().find(image, Access.READ_WRITE);
    if (loop.isPresent()) {
      linux.loops().detach(loop.get().device());
    }
  }

  @Override
  public void close() throws IOException {
    unmount();
    linux.disk().remove(image);
    linux.disk().remove(path);
  }
}
