package dev.nook.driver.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests that [Content] notices what a disk could do wrong.
class ContentTest {
  private static final int WRITES = 20;

  @TempDir Path folder;

  private final Content content = new Content();
  private Path data;
  private Path earlier;

  @BeforeEach
  void write() throws IOException {
    data = folder.resolve("data");
    earlier = folder.resolve("earlier");
    var random = new Random(1);
    for (int i = 0; i < WRITES; i++) {
      if (i == WRITES - 3) {
        Path _ = Files.copy(data, earlier);
      }
      content.write(data, random);
    }
  }

  @Test
  void whatWasWrittenIsFoundAndOfWhichMomentItIs() throws IOException {
    assertThat(content.require(data, WRITES, WRITES)).isEqualTo(WRITES);
    assertThat(content.require(earlier, 0, WRITES)).isEqualTo(WRITES - 3);
  }

  @Test
  void aLostWriteIsNoticed() {
    assertThatThrownBy(() -> content.require(earlier, WRITES - 2, WRITES))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("instead of");
  }

  @Test
  void aLostFileIsNoticed() {
    assertThatThrownBy(() -> content.require(folder.resolve("lost"), WRITES, WRITES))
        .hasMessageContaining("zeroes instead of");
  }

  @Test
  void aBlockOfAnotherVolumeIsNoticed() throws IOException {
    try (FileChannel file = FileChannel.open(data, StandardOpenOption.WRITE)) {
      ByteBuffer foreign = new Write(1L << 40, 0).block();
      int _ = file.write(foreign, 0);
    }

    assertThatThrownBy(() -> content.require(data, 0, WRITES))
        .hasMessageContaining("write 1099511627776 of slot 0 instead of");
  }

  @Test
  void aMixOfMomentsIsNoticed() throws IOException {
    var later = new Content();
    Path mixed = folder.resolve("mixed");
    later.write(mixed, new Random(2)); // In another slot than the second.
    Path first = Files.copy(mixed, folder.resolve("first"));
    later.write(mixed, new Random(3));
    later.write(mixed, new Random(2)); // Over the first.

    try (FileChannel from = FileChannel.open(mixed);
        FileChannel to = FileChannel.open(first, StandardOpenOption.WRITE)) {
      long at = (long) new Random(2).nextInt(Write.SLOTS) * Write.BYTES;
      to.position(at);
      long _ = from.transferTo(at, Write.BYTES, to); // The third write without the second.
    }

    assertThat(later.require(mixed, 0, 3)).isEqualTo(3);
    assertThatThrownBy(() -> later.require(first, 0, 3)).hasMessageContaining("is of no moment");
  }
}
