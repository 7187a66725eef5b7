package dev.nook.linux.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MetErrorsTest {
  @Test
  void whatBtrfsHasCountedIsNamedAndZeroesAreNot() {
    String none = "write_errs 0\nread_errs 0\nflush_errs 0\ncorruption_errs 0\ngeneration_errs 0\n";

    assertThat(MetErrors.btrfs("")).isEmpty();
    assertThat(MetErrors.btrfs(none)).isEmpty();
    assertThat(MetErrors.btrfs(none + none.replace("corruption_errs 0", "corruption_errs 10")))
        .contains("btrfs has counted corruption_errs 10");
  }
}
