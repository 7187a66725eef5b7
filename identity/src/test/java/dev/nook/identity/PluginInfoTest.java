package dev.nook.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PluginInfoTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "-nook", "nook.", "a b", "a/b", "csi_nook", "ñook"})
  void aNameThatIsNoDomainIsRefused(String name) {
    assertThatThrownBy(() -> new PluginInfo(name, "1", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("driver name");
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(new PluginInfo("x".repeat(63), "1", Map.of()).name()).hasSize(63);
    assertThatThrownBy(() -> new PluginInfo("x".repeat(64), "1", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
