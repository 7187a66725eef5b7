package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk.Stat;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/// Rules for every [Disk]: copies and extents.
interface DiskCopiesContract extends Ground {
  private void put(Path file, String text, long at) throws IOException {
    write(contentOf(file), text, at);
  }

  /// Writes a text at an offset of a real file, durably.
  static void write(Path real, String text, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(real, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), at);
      channel.force(true);
    }
  }

  @Test
  default void aSparseCopyHoldsTheDataAndTheHoles() throws IOException {
    Path image = image("image", 64 * MIB);
    put(image, "first", 0);
    put(image, "middle", 32 * MIB + 5);

    disk().copySparse(image, in("copy"));

    Stat copy = disk().stat(in("copy")).orElseThrow();
    assertThat(copy.sizeBytes()).isEqualTo(64 * MIB);
    assertThat(copy.allocatedBytes()).isLessThan(MIB);
    assertThat(Files.mismatch(contentOf(image), contentOf(in("copy")))).isEqualTo(-1);
    put(image, "other", 0);
    assertThat(disk().read(in("copy"), (int) (65 * MIB))).startsWith("first".getBytes(UTF_8));
  }

  @Test
  default void aFileOfHolesAndAnEmptyOneAreCopied() throws IOException {
    disk().copySparse(image("holes", 4 * MIB), in("copy"));
    disk().copySparse(file("empty", ""), in("other"));

    assertThat(disk().stat(in("copy")).orElseThrow().sizeBytes()).isEqualTo(4 * MIB);
    assertThat(disk().stat(in("copy")).orElseThrow().allocatedBytes()).isZero();
    assertThat(disk().stat(in("other")).orElseThrow().sizeBytes()).isZero();
  }

  @Test
  default void onlyARegularFileIsCopiedAndOnlyWhereNothingStands() throws IOException {
    Path file = file("file", "kept");
    Path link = Files.createSymbolicLink(in("link"), file);

    refused(Errno.ENOENT, () -> disk().copySparse(in("missing"), in("copy")));
    refused(Errno.EISDIR, () -> disk().copySparse(directory("directory"), in("copy")));
    refused(Errno.ELOOP, () -> disk().copySparse(link, in("copy")));
    refused(Errno.EEXIST, () -> disk().copySparse(file("source", "new"), file));
    refused(Errno.ENOENT, () -> disk().copySparse(file, in("missing/copy")));

    assertThat(disk().stat(in("copy"))).isEmpty();
    assertThat(Files.readString(file)).isEqualTo("kept");
  }

  @Test
  default void aTreeIsCopiedIntoAnEmptyDirectory() throws IOException {
    file("outside", "");
    directory("from");
    directory("from/below");
    file("from/below/file", "hello");
    Files.createLink(contentOf(in("from")).resolve("link"), contentOf(in("from/below/file")));
    Files.createSymbolicLink(contentOf(in("from")).resolve("out"), in("outside"));
    disk().chmod(in("from"), 0751);

    disk().copyTree(in("from"), directory("to"));

    assertThat(disk().list(in("to"))).containsExactly("below", "link", "out");
    assertThat(Files.readString(contentOf(in("to/below/file")))).isEqualTo("hello");
    assertThat(Files.isSameFile(contentOf(in("to/link")), contentOf(in("to/below/file")))).isTrue();
    assertThat(Files.readSymbolicLink(contentOf(in("to")).resolve("out"))).isEqualTo(in("outside"));
    assertThat(Files.getPosixFilePermissions(contentOf(in("to"))))
        .isEqualTo(Files.getPosixFilePermissions(contentOf(in("from"))));
  }

  @Test
  default void aTreeIsCopiedFromADirectoryIntoAnEmptyOneOnly() throws IOException {
    directory("from");
    directory("to");
    file("file", "");
    directory("full");
    file("full/file", "kept");
    Path link = Files.createSymbolicLink(in("link"), in("full"));

    refused(Errno.ENOENT, () -> disk().copyTree(in("missing"), in("to")));
    refused(Errno.ENOTDIR, () -> disk().copyTree(in("file"), in("to")));
    refused(Errno.ENOTDIR, () -> disk().copyTree(link, in("to")));
    refused(Errno.ENOENT, () -> disk().copyTree(in("from"), in("missing")));
    refused(Errno.ENOTDIR, () -> disk().copyTree(in("from"), in("file")));
    refused(Errno.ENOTDIR, () -> disk().copyTree(in("from"), link));
    refused(Errno.ENOTEMPTY, () -> disk().copyTree(in("from"), in("full")));

    assertThat(disk().list(in("to"))).isEmpty();
    assertThat(disk().list(in("full"))).containsExactly("file");
  }

  @Test
  default void theFilesystemOfAnythingThatIsThereIsSynced() throws IOException {
    disk().syncFileSystem(folder());
    disk().syncFileSystem(file("file", ""));

    refused(Errno.ENOENT, () -> disk().syncFileSystem(in("missing")));
    refused(
        Errno.ELOOP, () -> disk().syncFileSystem(Files.createSymbolicLink(in("link"), in("file"))));
  }

  @Test
  default void extentsAreThoseOfARegularFile() throws IOException {
    Path image = image("image", 64 * MIB);
    assertThat(disk().extents(image)).isZero();
    disk().allocate(in("full"), MIB, Allocation.FULL);

    assertThat(disk().extents(in("full"))).isPositive();
    refused(Errno.ENOENT, () -> disk().extents(in("missing")));
    refused(Errno.EISDIR, () -> disk().extents(directory("directory")));
    refused(Errno.ELOOP, () -> disk().extents(Files.createSymbolicLink(in("link"), image)));
  }

  @Test
  default void anExtentSizeIsHintedToAFileWithoutExtents() throws IOException {
    Path image = image("image", 64 * MIB);
    disk().allocate(in("full"), MIB, Allocation.FULL);

    disk().hintExtentSize(image, MIB);

    if (host() == FileSystemType.XFS) {
      refused(Errno.EINVAL, () -> disk().hintExtentSize(in("full"), MIB));
      refused(Errno.EINVAL, () -> disk().hintExtentSize(image, MIB + 1));
    } else {
      disk().hintExtentSize(in("full"), MIB);
    }
    refused(Errno.ENOENT, () -> disk().hintExtentSize(in("missing"), MIB));
    refused(Errno.EISDIR, () -> disk().hintExtentSize(directory("directory"), MIB));
  }
}
