package dev.nook.linux.fs.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.MountedImage;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a file on btrfs keeps from being freed.
class HoldingIT {
  private static final long MIB = 1 << 20;
  private static final int BLOCK = 4096;

  private final KernelDisk disk = new KernelDisk();
  @TempDir Path dir;

  @Test
  void aFileThatNothingWasCopiedFromHoldsWhatItShows() throws IOException {
    try (MountedImage btrfs = MountedImage.of(dir, FileSystemType.BTRFS, 512 * MIB)) {
      Path file = btrfs.mountPoint().resolve("file");
      disk.allocate(file, 64 * MIB, Allocation.SPARSE);
      assertThat(disk.holding(file)).isEqualTo(new Disk.Holding(0, 0));

      write(file, 0, 32 * MIB, BLOCK);
      write(file, 0, 32 * MIB, 8 * BLOCK);

      assertThat(disk.holding(file)).isEqualTo(new Disk.Holding(32 * MIB, 32 * MIB));
      assertThat(disk.shares(file)).isFalse();
    }
  }

  @Test
  void whatIsAllocatedIsHeldBeforeItIsWritten() throws IOException {
    try (MountedImage btrfs = MountedImage.of(dir, FileSystemType.BTRFS, 512 * MIB)) {
      Path file = btrfs.mountPoint().resolve("file");

      disk.allocate(file, 64 * MIB, Allocation.FULL);

      assertThat(disk.holding(file)).isEqualTo(new Disk.Holding(64 * MIB, 64 * MIB));
    }
  }

  /// Of each extent one block in eight is left, and all of it is held.
  @Test
  void aFileHoldsWholeExtentsOfWhichItHasAPart() throws IOException {
    try (MountedImage btrfs = MountedImage.of(dir, FileSystemType.BTRFS, 512 * MIB)) {
      Path file = btrfs.mountPoint().resolve("file");
      Path copy = btrfs.mountPoint().resolve("copy");
      disk.allocate(file, 64 * MIB, Allocation.SPARSE);
      write(file, 0, 64 * MIB, BLOCK);
      disk.reflink(file, copy);
      assertThat(disk.shares(file)).isTrue();
      assertThat(disk.shares(copy)).isTrue();

      for (int i = 1; i < 8; i++) {
        write(file, i * BLOCK, 64 * MIB, 8 * BLOCK);
      }
      disk.remove(copy);
      disk.syncFileSystem(file);

      Disk.Holding holding = disk.holding(file);
      assertThat(holding.shownBytes()).isEqualTo(64 * MIB);
      assertThat(holding.bytes()).isEqualTo(64 * MIB / 8 * 15);
      assertThat(disk.shares(file)).isFalse();
      assertThat(usedOn(btrfs)).isBetween(holding.bytes(), holding.bytes() + MIB);
    }
  }

  @Test
  void elsewhereEveryBlockIsFreedByItself() throws IOException {
    Path file = dir.resolve("file");
    try (MountedImage xfs = MountedImage.of(dir, FileSystemType.XFS, 512 * MIB)) {
      Path onXfs = xfs.mountPoint().resolve("file");
      disk.allocate(onXfs, MIB, Allocation.SPARSE);

      assertThatThrownBy(() -> disk.holding(onXfs))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.is(Errno.ENOTTY)).isTrue());
    }
    assertThat(disk.stat(file)).isEmpty();
  }

  /// One block each so many bytes.
  private static void write(Path file, long from, long to, int every) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = from; at < to; at += every) {
        channel.write(ByteBuffer.allocate(BLOCK).putLong(0, at + 1), at);
      }
      channel.force(true);
    }
  }

  /// Of data; btrfs-filesystem(8).
  private static long usedOn(MountedImage btrfs) throws IOException {
    return Processes.run(
            Command.of("btrfs", "filesystem", "df", "-b", btrfs.mountPoint().toString()))
        .out()
        .lines()
        .filter(line -> line.startsWith("Data"))
        .mapToLong(line -> Long.parseLong(line.replaceAll(".*used=", "")))
        .sum();
  }
}
