package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk.Held;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fake.FakeKernel.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests what only the fake can do.
class FakeHostTest {
  @TempDir Path root;

  @Test
  void dataOnAnImageSurvivesARebootAndIsNotSeenWithoutTheMount() throws IOException {
    FakeKernel kernel = new FakeKernel(root);
    Linux linux = kernel.linux();
    Path image = root.resolve("image");
    Path target = Files.createDirectory(root.resolve("target"));
    linux.disk().allocate(image, 64 << 20, Allocation.SPARSE);
    linux.fileSystems().format(image, FileSystemType.EXT4, UUID.randomUUID(), Allocation.SPARSE);
    mount(linux, image, target);
    Files.writeString(kernel.contentOf(target.resolve("greeting")), "hello");

    kernel.reboot();

    kernel.assertNothingLeft();
    assertThat(linux.disk().list(target)).isEmpty();
    mount(linux, image, target);
    assertThat(linux.disk().list(target)).containsExactly("greeting");
    assertThatThrownBy(kernel::assertNothingLeft)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(target.toString())
        .hasMessageContaining(image.toString());
  }

  @Test
  void aRebootFreesLocksAndForgetsOldOnes() throws IOException {
    FakeKernel kernel = new FakeKernel(root);
    Held before = kernel.linux().disk().tryLock(root.resolve("lock")).orElseThrow();

    kernel.reboot();

    Held after = kernel.linux().disk().tryLock(root.resolve("lock")).orElseThrow();
    before.close();
    assertThat(kernel.linux().disk().tryLock(root.resolve("lock"))).isEmpty();
    after.close();
  }

  @Test
  void aBrokenImageIsUnreadableThroughFileDeviceAndMount() throws IOException {
    FakeKernel kernel = new FakeKernel(root);
    Linux linux = kernel.linux();
    Path image = root.resolve("image");
    Path target = Files.createDirectory(root.resolve("target"));
    linux.disk().allocate(image, 64 << 20, Allocation.SPARSE);
    linux.fileSystems().format(image, FileSystemType.EXT4, UUID.randomUUID(), Allocation.SPARSE);
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, "label"));

    kernel.breakReads(image);

    refused(Errno.EIO, () -> linux.disk().read(image, 10));
    refused(Errno.EIO, () -> linux.fileSystems().probe(image));
    refused(Errno.EIO, () -> linux.fileSystems().probe(loop.device()));
    refused(
        Errno.EIO,
        () -> linux.mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE));
  }

  @Test
  void spaceComesBackWhenTheLastHolderOfAFileIsGone() throws IOException {
    FakeKernel kernel = new FakeKernel(root, Options.on(FileSystemType.EXT4).withSpace(100, 50));
    kernel.leaveAvailable(1 << 20);
    Linux linux = kernel.linux();
    Path image = root.resolve("image");

    refused(Errno.ENOSPC, () -> linux.disk().allocate(image, 2 << 20, Allocation.FULL));
    linux.disk().allocate(image, 1 << 20, Allocation.FULL);
    refused(Errno.ENOSPC, () -> linux.disk().write(root.resolve("file"), new byte[1]));
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, "label"));
    linux.disk().remove(image);
    assertThat(linux.disk().space(root).availableBytes()).isZero();
    linux.loops().detach(loop.device());

    assertThat(linux.disk().space(root).availableBytes()).isEqualTo(1 << 20);
  }

  @Test
  void ext4GrowsOnlyUnmountedWhereTheHostSaysSo() throws IOException {
    FakeKernel kernel =
        new FakeKernel(root, Options.on(FileSystemType.EXT4).withoutOnlineGrowthOfExt4());
    Linux linux = kernel.linux();
    Path image = root.resolve("image");
    Path target = Files.createDirectory(root.resolve("target"));
    linux.disk().allocate(image, 64 << 20, Allocation.SPARSE);
    linux.fileSystems().format(image, FileSystemType.EXT4, UUID.randomUUID(), Allocation.SPARSE);
    Loop loop = mount(linux, image, target);
    linux.fileSystems().expand(target, FileSystemType.EXT4);
    linux.disk().grow(image, 128 << 20, Allocation.SPARSE);
    long bytes = linux.loops().resize(loop.device());

    refused(Errno.EPERM, () -> linux.fileSystems().expand(target, FileSystemType.EXT4));
    linux.mounts().unmount(target);
    linux.fileSystems().expandUnmounted(loop.device(), FileSystemType.EXT4);
    linux.mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);

    assertThat(linux.fileSystems().usage(target).totalBytes()).isBetween(bytes / 2, bytes);
    linux.fileSystems().expand(target, FileSystemType.EXT4);
  }

  @Test
  void aMountInAnotherNamespaceIsSeenEverywhereAndNotHere() throws IOException {
    FakeKernel kernel = new FakeKernel(root);
    Path data = Files.createDirectory(root.resolve("data"));
    Path there = Path.of("/elsewhere");

    kernel.bindElsewhere(data, there);

    assertThat(kernel.linux().mounts().at(there)).isEmpty();
    assertThat(kernel.linux().mounts().everywhere())
        .anyMatch(e -> e.mountPoint().equals(there) && e.root().equals(data.toString()));
  }

  private static Loop mount(Linux linux, Path image, Path target) throws IOException {
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, "label"));
    linux.mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);
    return loop;
  }
}
