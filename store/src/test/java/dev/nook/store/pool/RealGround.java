package dev.nook.store.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.PoolName;
import dev.nook.store.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/// A pool that has a whole filesystem of the real kernel, in a sparse image in a temporary folder.
record RealGround(Linux linux, PoolConfig pool, Path folder, Loop disk, Shape shape)
    implements Ground {
  private static final long BYTES = 4L << 30;

  static RealGround on(Path root, FileSystemType host, Shape shape) throws IOException {
    Linux linux = Linux.host();
    Path image = root.resolve("disk");
    Path mountPoint = Files.createDirectory(root.resolve("pool"));
    linux.disk().allocate(image, BYTES, Allocation.SPARSE);
    linux.fileSystems().format(image, host, UUID.randomUUID(), Allocation.SPARSE);
    Loop disk =
        linux.loops().attach(new LoopDevices.Attach(image, Access.READ_WRITE, true, "nook-test"));
    linux.mounts().mount(disk.device(), mountPoint, host, MountFlags.NONE);
    if (host == FileSystemType.BTRFS) {
      linux.subvolumes().enableQuotas(mountPoint);
    }
    Path folder = Files.createDirectory(root.resolve("shown"));
    return new RealGround(
        linux, PoolConfig.of(PoolName.DEFAULT, mountPoint).withSize(3L << 30), folder, disk, shape);
  }

  @Override
  public Path contentOf(Path path) {
    return path;
  }

  @Override
  public void close() throws IOException {
    long device = linux.disk().stat(pool.path()).orElseThrow().device();
    assertThat(linux.loops().all())
        .as("loop devices left by the test")
        .noneMatch(loop -> loop.backingDevice() == device);
    linux.mounts().unmount(pool.path());
    linux.loops().detach(disk.device());
  }
}
