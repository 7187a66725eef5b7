package dev.nook.linux.fs.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Identity;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChangeUuidTest {
  private static final long GIB = 1L << 30;
  private static final UUID OLD = UUID.fromString("0a1b2c3d-4e5f-4a5b-8c7d-9e0f1a2b3c4d");
  private static final UUID RENEWED = UUID.fromString("f1e2d3c4-b5a6-4978-8a6b-5c4d3e2f1a0b");

  private final HostFileSystems fileSystems = new HostFileSystems();
  private final KernelDisk disk = new KernelDisk();
  @TempDir private Path dir;
  private Path image;

  @BeforeEach
  void nameImage() {
    image = dir.resolve("image");
  }

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  void aRenewedFilesystemIsCleanAndTakesNoMoreSpace(FileSystemType type) throws IOException {
    format(type, 10 * GIB);
    long before = disk.stat(image).orElseThrow().allocatedBytes();

    fileSystems.changeUuid(image, type, UUID.randomUUID());
    fileSystems.changeUuid(image, type, RENEWED);

    assertThat(fileSystems.probe(image)).contains(new Identity(type, RENEWED));
    check(type);
    assertThat(disk.stat(image).orElseThrow().allocatedBytes()).isLessThan(before + (1 << 20));
  }

  @Test
  void everyCopyOfAnExt4SuperblockIsRenewed() throws IOException {
    format(FileSystemType.EXT4, 10 * GIB);

    fileSystems.changeUuid(image, FileSystemType.EXT4, RENEWED);

    for (int group : new int[] {1, 3, 5, 7, 9, 25, 27, 49}) {
      String block = String.valueOf(group * 32768);
      String shown = run("dumpe2fs", "-h", "-o", "superblock=" + block, "-o", "blocksize=4096");
      assertThat(shown).as("group " + group).contains(RENEWED.toString());
    }
  }

  @Test
  void anEmptyExt4GetsAnotherSeedForItsNamesInEveryCopyOfItsSuperblock() throws IOException {
    format(FileSystemType.EXT4, 10 * GIB);
    String before = seed("32768");
    Path template = copied();

    fileSystems.changeUuidAndHashSeed(image, template, FileSystemType.EXT4, RENEWED);

    assertThat(fileSystems.probe(image)).contains(new Identity(FileSystemType.EXT4, RENEWED));
    assertThat(seed("32768")).isNotEqualTo(before).isEqualTo(seed("819200")).isEqualTo(seed("0"));
    check(FileSystemType.EXT4);
    String renewed = seed("0");
    fileSystems.changeUuid(image, FileSystemType.EXT4, OLD);
    assertThat(seed("0")).as("files may be sorted by it").isEqualTo(renewed);
  }

  private Path copied() throws IOException {
    Path copy = dir.resolve("copy");
    disk.copySparse(image, copy);
    return copy;
  }

  @Test
  void aTemplateIsReadAndNotChanged() throws IOException {
    format(FileSystemType.EXT4, GIB);
    Path template = copied();
    disk.chmod(template, 0400);

    fileSystems.changeUuidAndHashSeed(image, template, FileSystemType.EXT4, RENEWED);

    assertThat(fileSystems.probe(template)).contains(new Identity(FileSystemType.EXT4, OLD));
    check(FileSystemType.EXT4);
    disk.remove(image);
    disk.copySparse(template, image);
    check(FileSystemType.EXT4);
    refusedFrom(image, FileSystemType.XFS);
    refusedFrom(dir.resolve("missing"), FileSystemType.EXT4);
  }

  private void refusedFrom(Path template, FileSystemType type) {
    assertThatThrownBy(() -> fileSystems.changeUuidAndHashSeed(image, template, type, RENEWED))
        .isInstanceOf(SystemCallException.class);
  }

  private String seed(String superblock) throws IOException {
    return run("dumpe2fs", "-h", "-o", "superblock=" + superblock, "-o", "blocksize=4096")
        .lines()
        .filter(line -> line.startsWith("Directory Hash Seed"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anEmptyExt4WithADamagedSuperblockIsNotRenewed() throws IOException {
    format(FileSystemType.EXT4, GIB);
    overwrite(32768 * 4096L + 0x78, "label".getBytes(StandardCharsets.US_ASCII));

    Path template = copied();

    assertThatThrownBy(
            () -> fileSystems.changeUuidAndHashSeed(image, template, FileSystemType.EXT4, RENEWED))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EUCLEAN));
    fileSystems.changeUuid(image, FileSystemType.EXT4, RENEWED);
  }

  @Test
  void aFormatterIsTheSameUntilItIsReplaced() throws IOException {
    String formatter = fileSystems.formatter(FileSystemType.EXT4);

    assertThat(fileSystems.formatter(FileSystemType.EXT4)).isEqualTo(formatter);
    assertThat(formatter)
        .contains("mke2fs")
        .isNotEqualTo(fileSystems.formatter(FileSystemType.XFS));
  }

  @Test
  void anExt4ThatHasLostACopyOfItsSuperblockIsNotRenewed() throws IOException {
    format(FileSystemType.EXT4, GIB);
    overwrite(32768 * 4096L, new byte[1024]);

    refused(Errno.EUCLEAN, FileSystemType.EXT4);

    assertThat(fileSystems.probe(image)).contains(new Identity(FileSystemType.EXT4, OLD));
  }

  @Test
  void anExt4WhoseChecksumsDependOnItsUuidIsNotRenewed() throws IOException {
    disk.allocate(image, GIB, Allocation.SPARSE);
    run("mkfs.ext4", "-F", "-q", "-O", "^metadata_csum_seed", "-U", OLD.toString());

    refused(Errno.EINVAL, FileSystemType.EXT4);

    assertThat(fileSystems.probe(image)).contains(new Identity(FileSystemType.EXT4, OLD));
    check(FileSystemType.EXT4);
  }

  @Test
  void anExt4ThatNeedsRecoveryIsNotRenewed() throws IOException {
    format(FileSystemType.EXT4, GIB);
    run("debugfs", "-w", "-R", "feature needs_recovery");

    refused(Errno.EUCLEAN, FileSystemType.EXT4);

    assertThat(fileSystems.probe(image)).contains(new Identity(FileSystemType.EXT4, OLD));
  }

  @Test
  void aBtrfsKeepsItsUuid() throws IOException {
    format(FileSystemType.BTRFS, GIB);

    refused(Errno.EOPNOTSUPP, FileSystemType.BTRFS);
  }

  private void format(FileSystemType type, long bytes) throws IOException {
    disk.allocate(image, bytes, Allocation.SPARSE);
    fileSystems.format(image, type, OLD, Allocation.SPARSE);
  }

  private void overwrite(long at, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  private void check(FileSystemType type) throws IOException {
    if (type == FileSystemType.EXT4) {
      run("e2fsck", "-f", "-n");
    } else {
      run("xfs_repair", "-n", "-f");
    }
  }

  /// Runs a tool on the image.
  private String run(String tool, String... options) throws IOException {
    return Processes.run(Command.of(tool, options).with(image.toString())).out();
  }

  private void refused(Errno errno, FileSystemType type) {
    assertThatThrownBy(() -> fileSystems.changeUuid(image, type, RENEWED))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }
}
