package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.fs.FileSystems.Usage;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules for every [FileSystems].
interface FileSystemsContract extends Ground {
  @ParameterizedTest
  @EnumSource(FileSystemType.class)
  default void aFormattedImageIsRecognisedThroughFileAndDevice(FileSystemType type)
      throws IOException {
    Identity identity = new Identity(type, UUID.randomUUID());
    Path image = formatted("image", type, identity.uuid());

    assertThat(fileSystems().probe(image)).contains(identity);
    assertThat(fileSystems().probe(attach(image).device())).contains(identity);
  }

  @ParameterizedTest
  @EnumSource(FileSystemType.class)
  default void formattingAgainMakesAnotherFilesystem(FileSystemType type) throws IOException {
    Path image = formatted("image", FileSystemType.BTRFS);
    disk().grow(image, 300 * MIB, Allocation.SPARSE);
    Identity identity = new Identity(type, UUID.randomUUID());

    fileSystems().format(image, type, identity.uuid(), Allocation.SPARSE);

    assertThat(fileSystems().probe(image)).contains(identity);
  }

  @Test
  default void aFullyAllocatedImageKeepsItsBlocks() throws IOException {
    disk().allocate(in("image"), 64 * MIB, Allocation.FULL);

    fileSystems().format(in("image"), FileSystemType.EXT4, UUID.randomUUID(), Allocation.FULL);

    assertThat(disk().stat(in("image")).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(64 * MIB);
  }

  @Test
  default void nothingIsFoundInABlankAShortOrAZeroedImage() throws IOException {
    Path zeroed = formatted("zeroed", FileSystemType.EXT4);
    try (FileChannel channel = FileChannel.open(contentOf(zeroed), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1 << 20), 0);
    }
    Path truncated = formatted("truncated", FileSystemType.EXT4);
    try (FileChannel channel = FileChannel.open(contentOf(truncated), StandardOpenOption.WRITE)) {
      channel.truncate(512);
    }

    assertThat(fileSystems().probe(image("blank", MIB))).isEmpty();
    assertThat(fileSystems().probe(file("short", "x"))).isEmpty();
    assertThat(fileSystems().probe(zeroed)).isEmpty();
    assertThat(fileSystems().probe(truncated)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(FileSystemType.class)
  default void aNewFilesystemNotesNoErrorEvenAfterAMount(FileSystemType type) throws IOException {
    Path image = formatted("image", type);
    Loop loop = attach(image);
    Path target = directory("target");
    mounts().mount(loop.device(), target, type, MountFlags.NONE);

    assertThat(fileSystems().errors(loop.device(), type)).isEqualTo(ErrorState.NONE);
    assertThat(fileSystems().met(target)).isEmpty();
    mounts().unmount(target);
    fileSystems().forgetAbort(loop.device(), type);

    assertThat(fileSystems().errors(image, type)).isEqualTo(ErrorState.NONE);
    refused(Errno.ENOENT, () -> fileSystems().errors(in("missing"), FileSystemType.EXT4));
    refused(Errno.ENOENT, () -> fileSystems().met(in("missing")));
    refused(Errno.ENOTDIR, () -> fileSystems().met(image));
  }

  @Test
  default void aSwappedImageIsAnotherFilesystem() throws IOException {
    UUID uuid = UUID.randomUUID();
    Path image = formatted("image", FileSystemType.EXT4);
    Path other = formatted("other", FileSystemType.EXT4, uuid);

    disk().replace(other, image);

    assertThat(fileSystems().probe(image)).contains(new Identity(FileSystemType.EXT4, uuid));
  }

  @Test
  default void onlyAFileOrDeviceThatIsThereIsProbed() throws IOException {
    Path link = Files.createSymbolicLink(in("link"), formatted("image", FileSystemType.EXT4));

    refused(Errno.ENOENT, () -> fileSystems().probe(in("missing")));
    refused(Errno.EINVAL, () -> fileSystems().probe(directory("directory")));
    refused(Errno.ELOOP, () -> fileSystems().probe(link));
  }

  @Test
  default void onlyALargeEnoughFileIsFormatted() throws IOException {
    Path small = image("small", 16 * MIB);
    UUID uuid = UUID.randomUUID();

    assertThatThrownBy(
            () -> fileSystems().format(small, FileSystemType.XFS, uuid, Allocation.SPARSE))
        .isInstanceOf(IOException.class);
    refused(
        Errno.ENOENT,
        () -> fileSystems().format(in("missing"), FileSystemType.EXT4, uuid, Allocation.SPARSE));
    refused(
        Errno.EISDIR,
        () ->
            fileSystems()
                .format(directory("directory"), FileSystemType.EXT4, uuid, Allocation.SPARSE));
    assertThat(fileSystems().probe(small)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  default void aMountedFilesystemGrowsToItsDeviceAndKeepsItsFiles(FileSystemType type)
      throws IOException {
    Path image = formatted("image", type);
    Path target = directory("target");
    Loop loop = attach(image);
    mounts().mount(loop.device(), target, type, MountFlags.NONE);
    Files.writeString(contentOf(target).resolve("file"), "hello");
    Usage before = fileSystems().usage(target);

    fileSystems().expand(target, type);
    assertThat(fileSystems().usage(target).totalBytes()).isEqualTo(before.totalBytes());
    disk().grow(image, 2 * loop.bytes(), Allocation.SPARSE);
    long bytes = linux().loops().resize(loop.device());
    fileSystems().expandUnmounted(loop.device(), type);
    fileSystems().expand(target, type);

    assertThat(fileSystems().usage(target).totalBytes())
        .isGreaterThan(before.totalBytes() + loop.bytes() / 2)
        .isLessThanOrEqualTo(bytes);
    assertThat(Files.readString(contentOf(target).resolve("file"))).isEqualTo("hello");
  }

  @Test
  default void ext4GrowsMountedOrSaysThatItMustBeUnmounted() throws IOException {
    Path image = formatted("image", FileSystemType.EXT4);
    Path target = directory("target");
    Loop loop = attach(image);
    mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);
    disk().write(target.resolve("file"), new byte[1]);
    disk().grow(image, 128 * MIB, Allocation.SPARSE);
    long bytes = linux().loops().resize(loop.device());

    try {
      fileSystems().expand(target, FileSystemType.EXT4);
    } catch (SystemCallException e) {
      assertThat(e.errno()).isEqualTo(Errno.EPERM);
      mounts().unmount(target);
      fileSystems().expandUnmounted(loop.device(), FileSystemType.EXT4);
      mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);
    }

    assertThat(fileSystems().usage(target).totalBytes()).isBetween(bytes * 3 / 4, bytes);
    assertThat(disk().stat(target.resolve("file"))).isPresent();
  }

  @Test
  default void whatIsMountedReadOnlyDoesNotGrow() throws IOException {
    Path image = formatted("image", FileSystemType.XFS);
    Path target = directory("target");
    Loop loop = attach(image);
    mounts().mount(loop.device(), target, FileSystemType.XFS, MountFlags.READ_ONLY);
    long before = fileSystems().usage(target).totalBytes();
    disk().grow(image, 2 * loop.bytes(), Allocation.SPARSE);
    assertThat(linux().loops().resize(loop.device())).isEqualTo(2 * loop.bytes());

    fileSystems().expand(target, FileSystemType.XFS);

    assertThat(fileSystems().usage(target).totalBytes()).isEqualTo(before);
  }

  @Test
  default void usageCountsBytesAndInodes() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.EXT4));
    Path target = directory("target");
    mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);
    Usage before = fileSystems().usage(target);

    disk().write(target.resolve("file"), new byte[1 << 20]);

    Usage after = fileSystems().usage(target);
    assertThat(after.totalBytes()).isEqualTo(before.totalBytes()).isLessThan(loop.bytes());
    assertThat(after.usedBytes()).isGreaterThanOrEqualTo(before.usedBytes() + MIB);
    assertThat(after.availableBytes()).isLessThanOrEqualTo(before.availableBytes() - MIB);
    assertThat(after.usedInodes()).isEqualTo(before.usedInodes() + 1);
    assertThat(after.availableInodes()).isEqualTo(before.availableInodes() - 1);
    refused(Errno.ENOENT, () -> fileSystems().usage(in("missing")));
    refused(Errno.ENOTDIR, () -> fileSystems().usage(target.resolve("file")));
  }
}
