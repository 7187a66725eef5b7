package dev.nook.linux.fs.format;

import static dev.nook.linux.fs.Allocation.FULL;
import static dev.nook.linux.fs.Allocation.SPARSE;
import static dev.nook.linux.fs.FileSystemType.BTRFS;
import static dev.nook.linux.fs.FileSystemType.EXT4;
import static dev.nook.linux.fs.FileSystemType.XFS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostFileSystemsTest {
  private static final UUID UUID_1 = UUID.fromString("0a1b2c3d-4e5f-4a5b-8c7d-9e0f1a2b3c4d");
  private static final long MIB = 1 << 20;

  private final HostFileSystems fileSystems = new HostFileSystems();
  private final KernelDisk disk = new KernelDisk();
  @TempDir private Path dir;

  @Test
  void whatIsNoFileSystemIsEmptyAndWhatCannotBeReadIsAnError() throws IOException {
    assertThat(fileSystems.probe(image(0, SPARSE))).isEmpty();
    assertThat(fileSystems.probe(Files.write(dir.resolve("short"), new byte[1100]))).isEmpty();
    assertThat(fileSystems.probe(Path.of("/proc/self/status").toRealPath())).isEmpty();

    Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("short"));
    refused(Errno.ENOENT, () -> fileSystems.probe(dir.resolve("absent")));
    refused(Errno.ELOOP, () -> fileSystems.probe(link));
    refused(Errno.EINVAL, () -> fileSystems.probe(dir));
    refused(Errno.EINVAL, () -> fileSystems.probe(Path.of("/dev/zero")));
    refused(Errno.EIO, () -> fileSystems.probe(Path.of("/proc/self/mem").toRealPath()));
  }

  @ParameterizedTest
  @EnumSource
  void theSmallestSizeCanBeFormattedAndIsRecognised(FileSystemType type) throws IOException {
    Path image = image(type.minimumBytes(), SPARSE);

    fileSystems.format(image, type, UUID_1, SPARSE);

    assertThat(fileSystems.probe(image)).contains(new FileSystems.Identity(type, UUID_1));
    assertThat(Superblock.in(Image.read(image).head()).orElseThrow().bytes())
        .isEqualTo(type.minimumBytes());
    assertThat(disk.stat(image).orElseThrow())
        .matches(stat -> stat.sizeBytes() == type.minimumBytes())
        .matches(stat -> stat.allocatedBytes() < type.minimumBytes() / 3);
    check(image, type);
  }

  /// Of 4096 bytes each; as `sb_logblocks` says, which is big-endian.
  @Test
  void theLogOfALargeSparseXfsIsThatOfASmallOne() throws IOException {
    Path image = image(1L << 40, SPARSE);

    fileSystems.format(image, XFS, UUID_1, SPARSE);

    var head = Image.read(image).head().duplicate().order(ByteOrder.BIG_ENDIAN);
    assertThat(head.getInt(96)).isEqualTo((64 << 20) / 4096);
  }

  @ParameterizedTest
  @EnumSource
  void aFullyAllocatedImageStaysAllocated(FileSystemType type) throws IOException {
    Path image = image(type.minimumBytes(), FULL);

    fileSystems.format(image, type, UUID_1, FULL);

    assertThat(disk.stat(image).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(type.minimumBytes());
    check(image, type);
  }

  @Test
  void formattingLeavesNothingOfWhatWasThere() throws IOException {
    Path image = image(BTRFS.minimumBytes(), SPARSE);
    fileSystems.format(image, BTRFS, UUID.randomUUID(), SPARSE);

    fileSystems.format(image, EXT4, UUID_1, SPARSE);

    assertThat(fileSystems.probe(image)).contains(new FileSystems.Identity(EXT4, UUID_1));
    byte[] content = Files.readAllBytes(image);
    assertThat(new String(content, 0x10040, 8, java.nio.charset.StandardCharsets.US_ASCII))
        .isNotEqualTo("_BHRfS_M");
  }

  @Test
  void ext4HasExactlyTheFeaturesNamedHere() throws IOException {
    Path image = image(64 * MIB, SPARSE);

    fileSystems.format(image, EXT4, UUID_1, SPARSE);

    String header = Processes.run(Command.of("dumpe2fs", "-h", image.toString())).out();
    assertThat(line(header, "Filesystem features:"))
        .isEqualTo(
            "has_journal ext_attr resize_inode dir_index filetype extent 64bit flex_bg"
                + " metadata_csum_seed sparse_super large_file huge_file dir_nlink extra_isize"
                + " metadata_csum");
    assertThat(line(header, "Block size:")).isEqualTo("4096");
    assertThat(line(header, "Inode size:")).isEqualTo("256");
    assertThat(line(header, "Reserved block count:")).isEqualTo("0");
  }

  @ParameterizedTest
  @EnumSource
  void noInodeTableIsLeftForTheKernelToClear(Allocation allocation) throws IOException {
    Path image = image(512 * MIB, allocation);

    fileSystems.format(image, EXT4, UUID_1, allocation);

    String groups = Processes.run(Command.of("dumpe2fs", image.toString())).out();
    assertThat(groups.lines().filter(line -> line.matches("Group \\d.*")).toList())
        .hasSize(4)
        .allMatch(line -> line.contains("ITABLE_ZEROED"));
  }

  @ParameterizedTest
  @EnumSource
  void whatAnOlderMke2fsIsAskedForWorksToo(Allocation allocation) throws IOException {
    Path image = image(64 * MIB, allocation);

    Processes.run(Ext4.mkfs(image, UUID_1, Ext4.clearing(allocation)));

    assertThat(fileSystems.probe(image)).contains(new FileSystems.Identity(EXT4, UUID_1));
    check(image, EXT4);
  }

  @Test
  void formattingTouchesNothingButARegularFile() throws IOException {
    Path image = image(64 * MIB, SPARSE);
    Path link = Files.createSymbolicLink(dir.resolve("link"), image);

    refused(Errno.ELOOP, () -> fileSystems.format(link, EXT4, UUID_1, SPARSE));
    refused(Errno.EISDIR, () -> fileSystems.format(dir, EXT4, UUID_1, SPARSE));
    refused(Errno.ENOENT, () -> fileSystems.format(dir.resolve("no"), EXT4, UUID_1, SPARSE));

    assertThat(disk.stat(image).orElseThrow().allocatedBytes()).isZero();
    assertThat(dir.resolve("no")).doesNotExist();
  }

  @Test
  void aSizeThatTheToolRefusesIsItsFailure() throws IOException {
    Path image = image(16 * MIB, SPARSE);

    assertThatThrownBy(() -> fileSystems.format(image, XFS, UUID_1, SPARSE))
        .isInstanceOf(Processes.Failed.class)
        .hasMessageContaining("mkfs.xfs");
  }

  /// 131 MiB and 129 MiB end in block groups too small for their tables, 384 in none at all.
  @ParameterizedTest
  @ValueSource(longs = {64, 128, 129, 131, 160, 257, 384, 390})
  void ext4IsFullOnExactlyTheBlocksThatItsToolsUse(long mib) throws IOException {
    Path image = image(32 * MIB, SPARSE);
    fileSystems.format(image, EXT4, UUID_1, SPARSE);
    disk.grow(image, mib * MIB, SPARSE);

    assertThat(size(image).canGrowOn(mib * MIB)).isTrue();
    Ext4.expandUnmounted(image);

    assertThat(size(image).blocks()).isEqualTo(size(image).blocksOn(mib * MIB));
    assertThat(size(image).bytes()).isGreaterThan((mib - 7) * MIB);
    check(image, EXT4);
  }

  @Test
  void fillingAFullExt4RunsNothing() throws IOException {
    Path image = image(32 * MIB, SPARSE);
    fileSystems.format(image, EXT4, UUID_1, SPARSE);
    byte[] before = Files.readAllBytes(image);

    Ext4.expandUnmounted(image);

    assertThat(image).hasBinaryContent(before);
  }

  @Test
  void usageAddsUp() throws IOException {
    FileSystems.Usage usage = fileSystems.usage(dir);

    assertThat(usage.totalBytes()).isEqualTo(Files.getFileStore(dir).getTotalSpace());
    assertThat(usage.usedBytes()).isPositive();
    assertThat(usage.usedBytes() + usage.availableBytes()).isLessThanOrEqualTo(usage.totalBytes());
    assertThat(usage.usedInodes() + usage.availableInodes()).isEqualTo(usage.totalInodes());
    refused(Errno.ENOENT, () -> fileSystems.usage(dir.resolve("absent")));
  }

  private Path image(long bytes, Allocation allocation) throws IOException {
    Path image = dir.resolve("image");
    disk.allocate(image, bytes, allocation);
    return image;
  }

  private static Ext4Size size(Path image) throws IOException {
    return Ext4Size.in(Image.read(image).head());
  }

  private static void check(Path image, FileSystemType type) throws IOException {
    String name = image.toString();
    Processes.run(
        switch (type) {
          case EXT4 -> Command.of("e2fsck", "-f", "-n", name);
          case XFS -> Command.of("xfs_repair", "-n", "-f", name);
          case BTRFS -> Command.of("btrfs", "check", name);
        });
  }

  private static String line(String text, String start) {
    return text.lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static void refused(
      Errno errno, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
