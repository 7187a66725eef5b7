package dev.nook.linux.fs.format;

import static dev.nook.linux.fs.FileSystemType.BTRFS;
import static dev.nook.linux.fs.FileSystemType.EXT4;
import static dev.nook.linux.fs.FileSystemType.XFS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.MountedImage;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostFileSystemsIT {
  private static final long MIB = 1 << 20;
  private static final byte[] DATA = new byte[(int) (5 * MIB)];

  private final HostFileSystems fileSystems = new HostFileSystems();
  @TempDir private Path dir;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXT4")
  void aMountedFileSystemGrowsToItsDeviceAndKeepsItsData(FileSystemType type) throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, type.minimumBytes())) {
      Path file = Files.write(mounted.mountPoint().resolve("file"), DATA);
      long before = fileSystems.usage(mounted.mountPoint()).totalBytes();
      mounted.enlarge(2 * type.minimumBytes());

      fileSystems.expand(mounted.mountPoint(), type);
      long after = fileSystems.usage(mounted.mountPoint()).totalBytes();
      fileSystems.expand(mounted.mountPoint(), type);

      assertThat(after - before).isGreaterThan(type.minimumBytes() * 9 / 10);
      assertThat(fileSystems.usage(mounted.mountPoint()).totalBytes()).isEqualTo(after);
      assertThat(file).hasBinaryContent(DATA);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aReadOnlyMountIsLeftAsItIs(FileSystemType type) throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, type.minimumBytes(), "-o", "ro")) {
      long before = fileSystems.usage(mounted.mountPoint()).totalBytes();
      mounted.enlarge(2 * type.minimumBytes());

      fileSystems.expand(mounted.mountPoint(), type);

      assertThat(fileSystems.usage(mounted.mountPoint()).totalBytes()).isEqualTo(before);
    }
  }

  @Test
  void ext4GrowsUnmountedWhereItMayNotGrowMounted() throws IOException {
    assumeFalse(
        Capability.SYS_RESOURCE.isEffective(), "with CAP_SYS_RESOURCE ext4 grows while mounted");
    try (MountedImage mounted = MountedImage.of(dir, EXT4, EXT4.minimumBytes())) {
      Path file = Files.write(mounted.mountPoint().resolve("file"), DATA);
      fileSystems.expand(mounted.mountPoint(), EXT4);
      mounted.enlarge(200 * MIB);

      assertThatThrownBy(() -> fileSystems.expand(mounted.mountPoint(), EXT4))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
      mounted.unmount();
      fileSystems.expandUnmounted(mounted.device(), EXT4);
      fileSystems.expandUnmounted(mounted.device(), EXT4);
      mounted.mount();
      fileSystems.expand(mounted.mountPoint(), EXT4);

      assertThat(fileSystems.usage(mounted.mountPoint()).totalBytes()).isGreaterThan(180 * MIB);
      assertThat(file).hasBinaryContent(DATA);
    }
  }

  @Test
  void ext4GrowsMountedWithTheCapability() throws IOException {
    assumeTrue(
        Capability.SYS_RESOURCE.isEffective(),
        "ext4 grows while mounted only with CAP_SYS_RESOURCE; testing/emulated/machine has it");
    try (MountedImage mounted = MountedImage.of(dir, EXT4, EXT4.minimumBytes())) {
      Path file = Files.write(mounted.mountPoint().resolve("file"), DATA);
      mounted.enlarge(200 * MIB);

      fileSystems.expand(mounted.mountPoint(), EXT4);
      fileSystems.expand(mounted.mountPoint(), EXT4);

      assertThat(fileSystems.usage(mounted.mountPoint()).totalBytes()).isGreaterThan(180 * MIB);
      assertThat(file).hasBinaryContent(DATA);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDeviceIsProbedAsItsImageIsWhileItIsMounted(FileSystemType type) throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, type.minimumBytes())) {
      assertThat(fileSystems.probe(mounted.device()))
          .isEqualTo(fileSystems.probe(mounted.image()))
          .isPresent();
      assertThat(new KernelDisk().space(mounted.mountPoint()).type()).contains(type);
    }
  }

  @Test
  void aFileSharesItsBlocksWhereTheFileSystemCan() throws IOException {
    try (MountedImage xfs = MountedImage.of(dir, XFS, XFS.minimumBytes());
        MountedImage ext4 = MountedImage.of(dir, EXT4, EXT4.minimumBytes())) {
      Path shared = Files.write(xfs.mountPoint().resolve("from"), DATA);
      Path alone = Files.write(ext4.mountPoint().resolve("from"), DATA);
      KernelDisk disk = new KernelDisk();

      disk.reflink(shared, xfs.mountPoint().resolve("to"));
      assertThatThrownBy(() -> disk.reflink(alone, ext4.mountPoint().resolve("to")))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EOPNOTSUPP));
      assertThatThrownBy(() -> disk.reflink(shared, ext4.mountPoint().resolve("to")))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));

      assertThat(xfs.mountPoint().resolve("to")).hasBinaryContent(DATA);
      assertThat(ext4.mountPoint().resolve("to")).doesNotExist();
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAllocationThatDoesNotFitLeavesNothing(FileSystemType type) throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, type.minimumBytes())) {
      KernelDisk disk = new KernelDisk();
      Path big = mounted.mountPoint().resolve("big");
      Path file = Files.write(mounted.mountPoint().resolve("file"), DATA);

      assertThatThrownBy(() -> disk.allocate(big, type.minimumBytes(), Allocation.FULL))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      assertThatThrownBy(() -> disk.grow(file, type.minimumBytes(), Allocation.FULL))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));

      assertThat(big).doesNotExist();
      assertThat(file).hasBinaryContent(DATA);
      disk.allocate(big, type.minimumBytes() / 4, Allocation.FULL);
    }
  }

  /// XFS wants as much free space as it is asked to allocate, whatever is allocated already.
  @ParameterizedTest
  @EnumSource
  void anAllocatedFileIsFormattedAndGrownWhereLessIsFreeThanItHas(FileSystemType type)
      throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, 4 * XFS.minimumBytes())) {
      KernelDisk disk = new KernelDisk();
      Path file = mounted.mountPoint().resolve("file");
      long bytes = 2 * XFS.minimumBytes() + 64 * MIB;
      disk.allocate(file, bytes, Allocation.FULL);

      fileSystems.format(file, EXT4, UUID.randomUUID(), Allocation.FULL);
      disk.grow(file, bytes + 16 * MIB, Allocation.FULL);

      assertThat(file).hasSize(bytes + 16 * MIB);
    }
  }

  /// On btrfs every write goes to a new place unless the file is written in place.
  @ParameterizedTest
  @EnumSource
  void anAllocatedFileCanBeRewrittenOnAFullDisk(FileSystemType type) throws IOException {
    try (MountedImage mounted = MountedImage.of(dir, type, type.minimumBytes())) {
      KernelDisk disk = new KernelDisk();
      Path file = mounted.mountPoint().resolve("file");
      Path copy = mounted.mountPoint().resolve("copy");
      int mib = (int) (type.minimumBytes() / MIB / 8);
      disk.allocate(file, mib * MIB, Allocation.FULL);
      if (type != EXT4) {
        disk.reflink(file, copy);
        disk.remove(copy);
      }
      takeAllSpaceBut(mib * MIB / 2, mounted.mountPoint());

      for (int round = 0; round < 3; round++) {
        Processes.run(
            Command.of("dd", "if=/dev/urandom", "of=" + file, "bs=1M", "count=" + mib)
                .with("conv=notrunc,fsync"));
      }
      assertThatThrownBy(() -> disk.write(copy, new byte[(int) (mib * MIB)]))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
      assertThat(copy).doesNotExist();
    }
  }

  private static void takeAllSpaceBut(long bytes, Path directory) {
    KernelDisk disk = new KernelDisk();
    assertThatThrownBy(
            () -> {
              for (int file = 0; true; file++) {
                disk.allocate(directory.resolve("rest" + file), bytes, Allocation.FULL);
              }
            })
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
  }

  @Test
  void aTreeIsRemovedUpToWhatIsMountedInIt() throws IOException {
    try (MountedImage ext4 = MountedImage.of(dir, EXT4, EXT4.minimumBytes());
        MountedImage btrfs = MountedImage.of(dir, BTRFS, BTRFS.minimumBytes())) {
      Path tree = Files.createDirectory(ext4.mountPoint().resolve("tree"));
      Path inside = Files.createDirectory(tree.resolve("inside"));
      Path kept = Files.createDirectory(ext4.mountPoint().resolve("kept"));
      Path file = Files.write(kept.resolve("file"), DATA);

      assertNotCrossed(tree, kept, inside);
      assertNotCrossed(tree, kept, tree);
      assertNotCrossed(tree, btrfs.mountPoint(), inside);
      assertNotCrossed(tree, file, Files.createFile(tree.resolve("name")));

      assertThat(file).hasBinaryContent(DATA);
      new KernelDisk().removeTree(tree);
      assertThat(tree).doesNotExist();
    }
  }

  private static void assertNotCrossed(Path tree, Path from, Path to) throws IOException {
    Processes.run(Command.of("mount", "--bind", from.toString(), to.toString()));
    assertThatThrownBy(() -> new KernelDisk().removeTree(tree))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
    Processes.run(Command.of("umount", to.toString()));
  }
}
