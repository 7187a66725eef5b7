package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.extent.ExtentFile;
import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What every kernel says of where a file's bytes lie.
interface ExtentsContract extends Ground {
  @Test
  default void whatWasWrittenHasAnExtentAndAHoleHasNone() throws IOException {
    Path image = image("image", 64 * MIB);
    DiskCopiesContract.write(contentOf(image), "middle", 32 * MIB + 5);
    disk().sync(image);

    try (ExtentFile file = linux().extents().open(image)) {
      assertThat(file.bytes()).isEqualTo(64 * MIB);
      assertThat(file.extents(0, 32 * MIB)).isEmpty();
      assertThat(file.extents(0, file.bytes()))
          .singleElement()
          .satisfies(extent -> assertThat(extent.at()).isEqualTo(32 * MIB));
      assertThat(file.extents(32 * MIB + 7, 32 * MIB + 9))
          .singleElement()
          .satisfies(extent -> assertThat(extent.at()).isEqualTo(32 * MIB + 7))
          .satisfies(extent -> assertThat(extent.end()).isEqualTo(32 * MIB + 9));
      assertThat(file.extents(33 * MIB, Long.MAX_VALUE)).isEmpty();
      ByteBuffer word = ByteBuffer.allocate(6);
      assertThat(file.read(32 * MIB + 5, word)).isEqualTo(6);
      assertThat(new String(word.array(), UTF_8)).isEqualTo("middle");
      assertThat(file.read(64 * MIB, word.clear())).isZero();
    }
  }

  @Test
  default void aFileThatIsRemovedIsReadUntilItIsClosed() throws IOException {
    Path file = file("file", "what was there");
    try (ExtentFile open = linux().extents().open(file)) {
      disk().remove(file);

      assertThat(open.extents(0, 100)).singleElement().matches(extent -> extent.end() == 14);
      assertThat(open.read(0, ByteBuffer.allocate(100))).isEqualTo(14);
    }
  }

  @Test
  default void whatIsNoRegularFileIsNotOpened() throws IOException {
    Path link = Files.createSymbolicLink(in("link"), file("file", ""));

    refused(Errno.ENOENT, () -> linux().extents().open(in("missing")));
    refused(Errno.EISDIR, () -> linux().extents().open(directory("directory")));
    refused(Errno.ELOOP, () -> linux().extents().open(link));
    refused(Errno.EINVAL, () -> linux().extents().open(attach(image("disk", MIB)).device()));
  }

  @Test
  default void aPlaceIsKnownOrSaidToBeUnknown() throws IOException {
    Path image = image("image", MIB);
    DiskCopiesContract.write(contentOf(image), "word", 0);
    disk().sync(image);

    try (ExtentFile file = linux().extents().open(image)) {
      assertThat(file.extents(0, MIB))
          .allMatch(extent -> extent.place() > 0 || extent.place() == Extent.UNKNOWN);
    }
  }
}
