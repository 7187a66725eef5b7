package dev.nook.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.VolumeId;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayoutTest {
  private final Layout layout = new Layout(Path.of("/pool"));

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "/etc", "abcdefgh-v-", "a\0b", "ABCDEFGH-v-x"})
  void anIdThatIsNotOursBecomesNoPath(String text) {
    VolumeId id = new VolumeId(text);

    assertThatThrownBy(() -> layout.volume(id)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> layout.staged(id, "1")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> layout.discarded(id, "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anyNameStaysBelowVolumes() {
    VolumeId id = VolumeId.of(PoolTag.of(new UUID(1, 2)), new Name("../../etc"));

    assertThat(layout.volume(id).directory().getParent()).isEqualTo(Path.of("/pool/volumes"));
    assertThat(Layout.idOf(layout.discarded(id, "nonce").name())).isEqualTo(id);
  }

  @Test
  void aTemplateIsTakenForNoVolume() {
    String name = layout.template("nonce").name();

    assertThat(Layout.isTemplate(name)).isTrue();
    assertThat(Layout.idOf(name).tag()).isEmpty();
    VolumeId id = VolumeId.of(PoolTag.of(new UUID(1, 2)), new Name("template"));
    assertThat(Layout.isTemplate(layout.staged(id, "nonce").name())).isFalse();
  }
}
