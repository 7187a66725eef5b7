package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rules for what a checker accepts and refuses. How it mends damage is tested on real images only.
interface RepairsContract extends Ground {
  private Repair mend(Path image, FileSystemType type) throws IOException {
    return linux().repairs().mend(image, type);
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  default void anImageWithNothingWrongStaysWhatItIs(FileSystemType type) throws IOException {
    UUID uuid = UUID.randomUUID();
    Path image = formatted("image", type, uuid);
    long bytes = disk().stat(image).orElseThrow().sizeBytes();

    Repair repair = mend(image, type);

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.CLEAN);
    assertThat(repair.problems()).isEmpty();
    assertThat(fileSystems().probe(image)).contains(new Identity(type, uuid));
    assertThat(disk().stat(image).orElseThrow().sizeBytes()).isEqualTo(bytes);
    Loop loop = attach(image);
    mounts().mount(loop.device(), directory("target"), type, MountFlags.NONE);
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  default void aCutOfAMountedImageHasLostNothing(FileSystemType type) throws IOException {
    Path source = directory("source");
    Loop loop = attach(formatted("image", type));
    mounts().mount(loop.device(), source, type, MountFlags.NONE);
    Files.writeString(contentOf(source).resolve("file"), "hello");
    disk().syncFileSystem(source);
    linux().loops().sync(loop.device());
    Path copy = in("copy");
    disk().copySparse(in("image"), copy);

    if (type == FileSystemType.XFS) {
      assertThat(mend(copy, type).outcome()).isEqualTo(Outcome.LOG_DIRTY);
      Loop replayed = attach(copy);
      mounts().replayLog(replayed.device(), type);
      linux().loops().detach(replayed.device());
    }
    Repair repair = mend(copy, type);

    assertThat(repair.outcome().isSound()).as("%s", repair).isTrue();
    assertThat(repair.losses()).isEmpty();
    mounts().unmount(source);
    linux().loops().detach(loop.device());
    mounts().mount(attach(copy).device(), source, type, MountFlags.NONE);
    assertThat(Files.readString(contentOf(source).resolve("file"))).isEqualTo("hello");
  }

  @Test
  default void anImageThatIsInUseIsLeftAlone() throws IOException {
    Path image = formatted("image", FileSystemType.EXT4);
    Loop loop = attach(image);

    refused(Errno.EBUSY, () -> mend(image, FileSystemType.EXT4));
    refused(Errno.EINVAL, () -> mend(loop.device(), FileSystemType.EXT4));
    linux().loops().detach(loop.device());

    assertThat(mend(image, FileSystemType.EXT4).outcome()).isEqualTo(Outcome.CLEAN);
  }

  @Test
  default void onlyAnImageOfAKnownFilesystemIsMended() throws IOException {
    Path xfs = formatted("xfs", FileSystemType.XFS);
    Path blank = image("blank", 64 * MIB);
    Path link = Files.createSymbolicLink(in("link"), xfs);

    refused(Errno.ENOENT, () -> mend(in("missing"), FileSystemType.EXT4));
    refused(Errno.ELOOP, () -> mend(link, FileSystemType.XFS));
    refused(Errno.EISDIR, () -> mend(directory("directory"), FileSystemType.XFS));
    refused(Errno.EOPNOTSUPP, () -> mend(xfs, FileSystemType.BTRFS));
    assertThat(mend(xfs, FileSystemType.EXT4).outcome()).isEqualTo(Outcome.BEYOND_REPAIR);
    assertThat(mend(blank, FileSystemType.EXT4).outcome()).isEqualTo(Outcome.BEYOND_REPAIR);
    assertThat(mend(blank, FileSystemType.XFS).outcome()).isEqualTo(Outcome.BEYOND_REPAIR);
  }
}
