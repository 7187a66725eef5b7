package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests for what a copy of a log is refused, on which the proof of live snapshots rests.
class OrderedLogTest {
  @TempDir Path folder;

  @Test
  void aLogHoldsWhatItAcknowledged() throws IOException {
    Path file = folder.resolve("log");
    try (OrderedLog log = OrderedLog.create(file)) {
      for (int i = 0; i < 50; i++) {
        log.append();
      }

      assertThat(log.acknowledged()).isEqualTo(50).isEqualTo(log.begun());
      assertThat(OrderedLog.requireLegal(file, log.acknowledged(), log.begun())).isEqualTo(50);
    }
  }

  @Test
  void aGapIsNoticed() throws IOException {
    assertRefused(bytes(1, 2, 3, 5, 6, 7), 3, 7, "after the last intact record, 3");
  }

  @Test
  void recordsOutOfOrderAreNoticed() throws IOException {
    assertRefused(bytes(1, 3, 2, 4), 1, 4, "after the last intact record, 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 8, 100, OrderedLog.RECORD_BYTES - 1})
  void oneFlippedBitIsNoticedWhereverItIs(int at) throws IOException {
    byte[] log = bytes(1, 2, 3, 4);
    log[OrderedLog.RECORD_BYTES + at] ^= 1;
    assertRefused(log, 1, 4, "after the last intact record, 1");
  }

  @Test
  void aBlockOfZeroesIsNoticed() throws IOException {
    byte[] log = bytes(LongStream.rangeClosed(1, 100).toArray());
    Arrays.fill(log, 8192, 12288, (byte) 0);
    assertRefused(log, 1, 100, "after the last intact record, 40");
  }

  @Test
  void anAcknowledgedRecordThatIsMissingIsNoticed() throws IOException {
    assertRefused(bytes(1, 2, 3), 4, 5, "of 4 acknowledged before");
  }

  @Test
  void anAcknowledgedRecordThatIsTornIsNoticed() throws IOException {
    byte[] log = bytes(1, 2, 3, 4);
    assertRefused(Arrays.copyOf(log, log.length - 1), 4, 5, "of 4 acknowledged before");
  }

  @Test
  void aRecordOfTheFutureIsNoticed() throws IOException {
    assertRefused(bytes(1, 2, 3, 4), 2, 3, "3 begun after");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, OrderedLog.RECORD_BYTES / 2, OrderedLog.RECORD_BYTES})
  void theRecordThatIsBeingWrittenMayBeThereInPart(int bytesOfIt) throws IOException {
    byte[] log = bytes(1, 2, 3, 4);
    Path copy = copy(Arrays.copyOf(log, 3 * OrderedLog.RECORD_BYTES + bytesOfIt));

    assertThat(OrderedLog.requireLegal(copy, 3, 4)).isBetween(3L, 4L);
  }

  private void assertRefused(byte[] log, long acknowledged, long begun, String why)
      throws IOException {
    Path copy = copy(log);
    assertThatThrownBy(() -> OrderedLog.requireLegal(copy, acknowledged, begun))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(why);
  }

  private Path copy(byte[] log) throws IOException {
    return Files.write(folder.resolve("copy"), log);
  }

  private static byte[] bytes(long... numbers) throws IOException {
    var log = new ByteArrayOutputStream();
    for (long number : numbers) {
      log.write(OrderedLog.record(number).array());
    }
    return log.toByteArray();
  }
}
