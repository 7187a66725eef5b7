package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.Disk.Stat;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Rules for every [LoopDevices].
interface LoopDevicesContract extends Ground {
  @Test
  default void anAttachedDeviceIsItsBackingFile() throws IOException {
    Path image = image("image", 4 * MIB);

    Loop loop = attach(image);

    Stat file = disk().stat(image).orElseThrow();
    Stat node = disk().stat(loop.device()).orElseThrow();
    assertThat(loop.backingDevice()).isEqualTo(file.device());
    assertThat(loop.backingInode()).isEqualTo(file.inode());
    assertThat(loop.backingRdev()).isZero();
    assertThat(loop.bytes()).isEqualTo(4 * MIB);
    assertThat(loop.readOnly()).isFalse();
    assertThat(loop.label()).isEqualTo(LABEL);
    assertThat(node.kind()).isEqualTo(Kind.BLOCK_DEVICE);
    assertThat(node.rdev()).isEqualTo(loop.rdev());
    assertThat(linux().loops().at(loop.device())).contains(loop);
    assertThat(linux().loops().all()).contains(loop);
    assertThat(linux().loops().find(image, Access.READ_WRITE)).contains(loop);
    assertThat(linux().loops().find(image, Access.READ_ONLY)).isEmpty();
  }

  @Test
  default void oneInodeIsAttachedOnceWhateverItsName() throws IOException {
    Path image = image("image", MIB);
    Loop loop = attach(image);
    Path other = Files.createLink(in("other"), image);

    refused(Errno.EBUSY, () -> attach(image));
    refused(Errno.EBUSY, () -> attach(other));
    disk().rename(image, in("moved"));
    assertThat(linux().loops().find(in("moved"), Access.READ_WRITE)).contains(loop);
    disk().write(image, new byte[4096]);
    assertThat(linux().loops().find(image, Access.READ_WRITE)).isEmpty();
  }

  @Test
  default void aDeviceIsKnownWithTheNameOfItsFileAndSaysWhenItShowsAnother() throws IOException {
    Path image = image("image", MIB);
    Loop loop = attach(image);

    disk().rename(image, in("moved"));

    assertThat(linux().loops().known()).contains(loop);
    assertThat(loop.backingFile()).isEqualTo(image.toString());
    assertThat(linux().loops().at(loop.device()).orElseThrow().backingFile())
        .isEqualTo(image.toString());
    assertThat(linux().loops().isStill(loop)).isTrue();
    linux().loops().detach(loop.device());
    assertThat(linux().loops().isStill(loop)).isFalse();
    assertThat(linux().loops().known()).doesNotContain(loop);
  }

  @Test
  default void manyWhoAttachOneImageAtOnceGetOneDevice() throws Exception {
    Path image = image("image", MIB);
    AtomicInteger attached = new AtomicInteger();
    Queue<IOException> refusals = new ConcurrentLinkedQueue<>();

    try (ExecutorService many = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < 64; i++) {
        many.execute(() -> {
          try {
            attach(image);
            attached.incrementAndGet();
          } catch (IOException e) {
            refusals.add(e);
          }
        });
      }
    }

    assertThat(attached).hasValue(1);
    assertThat(refusals).hasSize(63);
    assertThat(refusals)
        .allSatisfy(e ->
            refused(
                Errno.EBUSY,
                () -> {
                  throw e;
                }));
    long device = disk().stat(image).orElseThrow().device();
    long inode = disk().stat(image).orElseThrow().inode();
    assertThat(linux().loops().all())
        .filteredOn(loop -> loop.backingDevice() == device && loop.backingInode() == inode)
        .hasSize(1);
  }

  @Test
  default void onlyAFileOrABlockDeviceIsAttached() throws IOException {
    Path image = image("image", MIB);
    Path link = Files.createSymbolicLink(in("link"), image);

    refused(Errno.ENOENT, () -> attach(in("missing")));
    refused(Errno.EISDIR, () -> attach(directory("directory")));
    refused(Errno.EINVAL, () -> attach(in("directory"), Access.READ_ONLY));
    refused(Errno.ELOOP, () -> attach(link));
    assertThat(linux().loops().find(in("missing"), Access.READ_WRITE)).isEmpty();
    assertThat(linux().loops().find(link, Access.READ_WRITE)).isEmpty();
    assertThat(linux().loops().find(image, Access.READ_WRITE)).isEmpty();
  }

  @Test
  default void aReadOnlyViewHoldsTheDeviceBelowIt() throws IOException {
    Loop device = attach(image("image", MIB));

    Loop view = attach(device.device(), Access.READ_ONLY);

    assertThat(view.readOnly()).isTrue();
    assertThat(view.backingRdev()).isEqualTo(device.rdev());
    assertThat(view.bytes()).isEqualTo(MIB);
    assertThat(linux().loops().find(device.device(), Access.READ_ONLY)).contains(view);
    Loop second = attach(device.device(), Access.READ_ONLY);
    assertThat(second.device()).isNotEqualTo(view.device());
    linux().loops().detach(second.device());
    refused(Errno.EBUSY, () -> linux().loops().detach(device.device()));
    assertThat(linux().loops().at(device.device())).contains(device);
    linux().loops().detach(view.device());
    linux().loops().detach(device.device());
  }

  @Test
  default void aDeviceGrowsWhenItIsToldAndAViewByItself() throws IOException {
    Path image = image("image", MIB);
    Loop device = attach(image);
    Loop view = attach(device.device(), Access.READ_ONLY);

    disk().grow(image, 2 * MIB, Allocation.SPARSE);

    assertThat(linux().loops().at(device.device()).orElseThrow().bytes()).isEqualTo(MIB);
    assertThat(linux().loops().resize(view.device())).isEqualTo(MIB);
    assertThat(linux().loops().resize(device.device())).isEqualTo(2 * MIB);
    assertThat(linux().loops().at(view.device()).orElseThrow().bytes()).isEqualTo(MIB);
    assertThat(linux().loops().resize(view.device())).isEqualTo(2 * MIB);
  }

  @Test
  default void aMountedOrOpenDeviceIsNotDetached() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");
    mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);

    refused(Errno.EBUSY, () -> linux().loops().detach(loop.device()));
    mounts().unmount(target);
    try (Closeable _ = holdOpen(loop.device())) {
      refused(Errno.EBUSY, () -> linux().loops().detach(loop.device()));
    }

    assertThat(linux().loops().at(loop.device())).isPresent();
    linux().loops().detach(loop.device());
    assertThat(linux().loops().at(loop.device())).isEmpty();
    linux().loops().detach(loop.device());
    assertThat(disk().stat(in("image"))).isPresent();
  }

  @Test
  default void aBoundNodeDoesNotHoldItsDevice() throws IOException {
    Loop loop = attach(image("image", MIB));
    Path target = file("target", "");
    mounts().bind(loop.device(), target, MountFlags.NONE);

    linux().loops().detach(loop.device());

    assertThat(linux().loops().at(loop.device())).isEmpty();
    assertThat(mounts().at(target)).hasSize(1);
  }

  @Test
  default void anUnlinkedFileStaysReadableThroughItsDevice() throws IOException {
    UUID uuid = UUID.randomUUID();
    Path image = formatted("image", FileSystemType.EXT4, uuid);
    Loop loop = attach(image);

    disk().remove(image);

    assertThat(linux().loops().at(loop.device())).contains(loop);
    assertThat(fileSystems().probe(loop.device()).orElseThrow().uuid()).isEqualTo(uuid);
  }

  @Test
  default void whatIsNoLoopDeviceIsToldFromOneThatIsFree() throws IOException {
    Path file = file("file", "");
    Loop loop = attach(image("image", MIB));
    linux().loops().detach(loop.device());

    assertThat(linux().loops().at(in("missing"))).isEmpty();
    refused(Errno.ENOTTY, () -> linux().loops().at(file));
    refused(Errno.ENOTTY, () -> linux().loops().detach(file));
    refused(Errno.ENXIO, () -> linux().loops().resize(loop.device()));
    refused(Errno.ENXIO, () -> linux().loops().resize(in("missing")));
  }

  @Test
  default void whatIsFoundAsItWasAttachedIsLeftSo() throws IOException {
    Loop loop = attach(image("image", MIB));

    assertThat(linux().loops().verify(loop.device(), true)).isEqualTo(loop);

    linux().loops().detach(loop.device());
    refused(Errno.ENXIO, () -> linux().loops().verify(loop.device(), true));
  }

  @Test
  default void onlyALoopDeviceIsSynced() throws IOException {
    Loop loop = attach(image("image", MIB));

    linux().loops().sync(loop.device());

    refused(Errno.ENXIO, () -> linux().loops().sync(loop.device().resolveSibling("loop99999")));
    refused(Errno.ENOTTY, () -> linux().loops().sync(in("image")));
  }
}
