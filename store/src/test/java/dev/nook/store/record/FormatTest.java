package dev.nook.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FormatTest {
  private final Format format = Format.of(new UUID(1, 2), "old-node", Instant.EPOCH);

  @Test
  void aPoolWithoutAProperUuidIsRefused() {
    byte[] bad = format.record().with("pool", "1-2-3-4-5").bytes();

    assertThatThrownBy(() -> Format.parse(bad)).isInstanceOf(BadRecord.class);
  }

  @Test
  void givingAPoolToAnotherNodeChangesNothingElse() throws Exception {
    Format adopted = Format.parse(Format.parse(format.bytes()).of("new-node").bytes());

    assertThat(adopted.node()).isEqualTo("new-node");
    assertThat(adopted.pool()).isEqualTo(format.pool());
    assertThat(adopted.record().get("created")).isEqualTo(Instant.EPOCH.toString());
  }
}
