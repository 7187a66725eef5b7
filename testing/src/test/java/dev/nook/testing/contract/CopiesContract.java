package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules for copying a volume in use.
interface CopiesContract extends Ground {
  private void mount(Loop loop, Path directory, FileSystemType type) throws IOException {
    mounts().mount(loop.device(), directory, type, MountFlags.NONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  default void aCutOfAMountedImageBecomesAVolumeThatMountsBesideItsSource(FileSystemType type)
      throws IOException {
    UUID uuid = UUID.randomUUID();
    UUID renewed = UUID.randomUUID();
    Path source = directory("source");
    Path copied = directory("copied");
    Loop loop = attach(formatted("image", type, uuid));
    mount(loop, source, type);
    Files.writeString(contentOf(source).resolve("file"), "hello");
    disk().syncFileSystem(source);
    linux().loops().sync(loop.device());
    disk().copySparse(in("image"), in("copy"));

    refused(Errno.EUCLEAN, () -> fileSystems().changeUuid(in("copy"), type, renewed));
    assertThat(fileSystems().probe(in("copy"))).contains(new Identity(type, uuid));
    Loop copy = attach(in("copy"));
    mounts().replayLog(copy.device(), type);
    linux().loops().detach(copy.device());
    fileSystems().changeUuid(in("copy"), type, renewed);
    mount(attach(in("copy")), copied, type);

    assertThat(fileSystems().probe(in("copy"))).contains(new Identity(type, renewed));
    assertThat(Files.readString(contentOf(copied).resolve("file"))).isEqualTo("hello");
    Files.writeString(contentOf(copied).resolve("file"), "other");
    assertThat(Files.readString(contentOf(source).resolve("file"))).isEqualTo("hello");
  }

  @Test
  default void replayingALogShowsNothingAnywhere() throws IOException {
    Loop loop = attach(formatted("image", FileSystemType.XFS));

    mounts().replayLog(loop.device(), FileSystemType.XFS);

    assertThat(mounts().everywhere()).noneMatch(entry -> entry.device() == loop.rdev());
    linux().loops().detach(loop.device());
  }

  @Test
  default void aLogIsReplayedOnlyFromADeviceThatHoldsThisFilesystem() throws IOException {
    Loop blank = attach(image("blank", 64 * MIB));
    Loop xfs = attach(formatted("image", FileSystemType.XFS));

    refused(Errno.EINVAL, () -> mounts().replayLog(blank.device(), FileSystemType.EXT4));
    refused(Errno.EINVAL, () -> mounts().replayLog(blank.device(), FileSystemType.XFS));
    refused(Errno.EINVAL, () -> mounts().replayLog(xfs.device(), FileSystemType.EXT4));
    refused(Errno.ENOENT, () -> mounts().replayLog(in("missing"), FileSystemType.EXT4));

    linux().loops().detach(blank.device());
    linux().loops().detach(xfs.device());
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  default void aCopyOfAnEmptyImageMountsBesideItsSource(FileSystemType type) throws IOException {
    UUID renewed = UUID.randomUUID();
    Path image = formatted("image", type);
    disk().copySparse(image, in("copy"));

    fileSystems().changeUuidAndHashSeed(in("copy"), image, type, renewed);

    assertThat(fileSystems().probe(in("copy"))).contains(new Identity(type, renewed));
    mount(attach(image), directory("source"), type);
    mount(attach(in("copy")), directory("copied"), type);
    assertThat(fileSystems().formatter(type)).isEqualTo(fileSystems().formatter(type));
  }

  @Test
  default void onlyAnImageOfThisFilesystemIsRenewed() throws IOException {
    UUID uuid = UUID.randomUUID();
    Path link = Files.createSymbolicLink(in("link"), formatted("image", FileSystemType.EXT4, uuid));

    refused(
        Errno.EINVAL,
        () ->
            fileSystems().changeUuid(image("blank", MIB), FileSystemType.EXT4, UUID.randomUUID()));
    refused(
        Errno.ENOENT,
        () -> fileSystems().changeUuid(in("missing"), FileSystemType.EXT4, UUID.randomUUID()));
    refused(
        Errno.ELOOP, () -> fileSystems().changeUuid(link, FileSystemType.EXT4, UUID.randomUUID()));
    refused(
        Errno.EINVAL,
        () -> fileSystems().changeUuid(in("image"), FileSystemType.XFS, UUID.randomUUID()));

    assertThat(fileSystems().probe(in("image"))).contains(new Identity(FileSystemType.EXT4, uuid));
  }
}
