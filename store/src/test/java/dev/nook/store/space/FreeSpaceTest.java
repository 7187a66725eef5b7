package dev.nook.store.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Disk;
import java.io.IOException;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class FreeSpaceTest {
  private long free = 100;
  private LongSupplier answer = () -> free;

  private FreeSpace freeSpace() throws IOException {
    return new FreeSpace(
        () -> new Disk.Space(Optional.empty(), 1000, answer.getAsLong(), Long.MAX_VALUE));
  }

  @Test
  void whatArrivesIsNotFreeUntilItIsTaken() throws IOException {
    FreeSpace space = freeSpace();

    space.claim(30);
    assertThat(space.bytes()).isEqualTo(70);
    free = 70;
    space.end(30);
    space.ask();

    assertThat(space.bytes()).isEqualTo(70);
  }

  /// The claim was written and ended after the filesystem had counted its free blocks: its answer
  /// does not show those bytes, and nobody may have them.
  @Test
  void aClaimThatEndsWhileTheFilesystemAnswersIsNotFreeYet() throws IOException {
    FreeSpace space = freeSpace();
    space.claim(30);
    answer =
        () -> {
          long counted = free;
          free = 70;
          space.end(30);
          return counted;
        };

    space.ask();
    assertThat(space.bytes()).isEqualTo(70);

    answer = () -> free;
    space.ask();
    assertThat(space.bytes()).isEqualTo(70);
  }

  @Test
  void aLateAnswerDoesNotReplaceANewerOne() throws IOException {
    FreeSpace space = freeSpace();
    answer =
        () -> {
          answer = () -> 40;
          asked(space);
          return 100;
        };

    space.ask();

    assertThat(space.bytes()).isEqualTo(40);
  }

  private static void asked(FreeSpace space) {
    try {
      space.ask();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
