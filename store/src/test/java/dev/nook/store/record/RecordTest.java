package dev.nook.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "version=1.0\n",
        "version=1.0\nkind=volume\n",
        "version=1.0\nkind=volume\ncrc32c=00000000\n",
        "version=one\nkind=volume\n",
        "version=1\n",
        "kind=volume\nversion=1.0\n",
        "\0\0\0\0"
      })
  void whatIsNoWholeRecordIsRefused(String text) {
    assertThatThrownBy(() -> Record.parse(bytes(text))).isInstanceOf(BadRecord.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no equals sign",
        "=value",
        "UPPER=1",
        "name=raw\rreturn",
        "name=%",
        "name=%4",
        "name=%zz",
        "name=%C3",
        "name=\u00e9",
        "kind=twice"
      })
  void aLineThatCannotBeTrustedIsRefusedThoughTheChecksumFits(String line) {
    byte[] record = sealed("version=1.0\nkind=volume\n" + line + "\n");

    assertThatThrownBy(() -> Record.parse(record)).isInstanceOf(BadRecord.class);
  }

  @Test
  void anotherMajorVersionIsToldFromDamageWhateverFollows() {
    assertThatThrownBy(() -> Record.parse(bytes("version=2.0\nanything\0at all")))
        .isInstanceOf(BadRecord.UnknownVersion.class)
        .hasMessageContaining("2.0");
  }

  @Test
  void aRecordLargerThan4KiBIsRefusedUnread() {
    assertThatThrownBy(() -> Record.parse(new byte[Record.MAX_BYTES + 1]))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("4096");
  }

  @Test
  void everyFlippedBitIsNoticed() {
    byte[] good = Record.of("volume").with("name", "pvc-1").bytes();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << (bit % 8));

      assertThatThrownBy(() -> Record.parse(bad)).isInstanceOf(BadRecord.class);
    }
  }

  @Test
  void everyTruncationIsNoticed() {
    byte[] good = Record.of("volume").with("name", "pvc-1").bytes();
    for (int length = 0; length < good.length; length++) {
      byte[] bad = java.util.Arrays.copyOf(good, length);

      assertThatThrownBy(() -> Record.parse(bad)).isInstanceOf(BadRecord.class);
    }
  }

  @Test
  void hostileBytesEndInARecordOrInTheTypedRefusal() {
    Random random = new Random(7);
    byte[] good = Record.of("volume").with("name", "pvc-1").with("capacity", "4096").bytes();
    for (int round = 0; round < 20_000; round++) {
      byte[] bad = good.clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      byte[] resealed = sealed(text(bad).replaceFirst("crc32c=[^\\n]*\\n$", ""));

      assertThatCode(() -> parse(bad)).doesNotThrowAnyException();
      assertThatCode(() -> parse(resealed)).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"plain", "", " ", "a=b", "%41", "line\nfeed\ttab", "é🦉", "\u0000\u007f", "../.."})
  void anyValueFitsOneLineAndComesBack(String value) throws Exception {
    byte[] written = Record.of("volume").with("name", value).bytes();

    assertThat(text(written).lines()).hasSize(4);
    assertThat(Record.parse(written).get("name")).isEqualTo(value);
  }

  @Test
  void fieldsOfALaterReleaseStayInTheirPlaceWhenARecordIsChanged() throws Exception {
    byte[] later = sealed("version=1.7\nkind=volume\nfuture=x%0Ay\ncapacity=4096\nmore=2\n");

    byte[] rewritten = Record.parse(later).with("capacity", 8192).bytes();

    assertThat(rewritten)
        .isEqualTo(sealed("version=1.7\nkind=volume\nfuture=x%0Ay\ncapacity=8192\nmore=2\n"));
  }

  @Test
  void aRecordOfAnotherKindIsRefused() {
    assertThatThrownBy(() -> Record.of("pool").require("volume"))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("pool");
  }

  @Test
  void aRecordThatWouldNotFitIsNotWritten() {
    Record large = Record.of("volume").with("name", "x".repeat(Record.MAX_BYTES));

    assertThatThrownBy(large::bytes).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Record(0, new LinkedHashMap<>(java.util.Map.of("A=B", "c"))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void parse(byte[] bytes) {
    try {
      Record record = Record.parse(bytes);
      assertThat(Record.parse(record.bytes())).isEqualTo(record);
    } catch (BadRecord e) {
      assertThat(e.why()).isNotEmpty();
    }
  }

  static byte[] sealed(String text) {
    CRC32C crc = new CRC32C();
    crc.update(bytes(text));
    return bytes(text + "crc32c=%08x%n".formatted(crc.getValue()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
