package dev.nook.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeTest {
  @ParameterizedTest
  @CsvSource({
    "4096,4096",
    "1Ki,1024",
    "1.5Gi,1610612736",
    "500M,500000000",
    "2TiB,2199023255552",
    "10GB,10000000000",
    "0.999999Pi,1125898780942717",
    "0.5,0",
    "8191.999999Pi,9223372035728875901"
  })
  void sizesAreReadAsPeopleWriteThem(String text, long bytes) {
    assertThat(Size.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8192Pi", "9000000000000000000000", "10000P", "-1", "1.Gi", ""})
  void whatNoDiskHoldsIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Size.parse(text));
  }

  @ParameterizedTest
  @CsvSource({"0,0 B", "1023,1023 B", "1024,1 KiB", "1610612736,1.5 GiB", "1073741823,1 GiB"})
  void sizesAreShownShort(long bytes, String text) {
    assertThat(Size.text(bytes)).isEqualTo(text);
  }
}
