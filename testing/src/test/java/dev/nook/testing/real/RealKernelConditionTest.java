package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RealKernelConditionTest {
  @Test
  void rootRunsAndAnybodyElseIsToldWhyNot() {
    assertThat(RealKernelCondition.decide(true, false).isDisabled()).isFalse();
    assertThat(RealKernelCondition.decide(true, true).isDisabled()).isFalse();
    assertThat(RealKernelCondition.decide(false, false).isDisabled()).isTrue();
    assertThat(RealKernelCondition.decide(false, false).getReason().orElseThrow()).contains("root");
  }

  @Test
  void aRunThatDemandsTheKernelFailsInsteadOfSkipping() {
    assertThatThrownBy(() -> RealKernelCondition.decide(false, true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("run as root");
  }
}
