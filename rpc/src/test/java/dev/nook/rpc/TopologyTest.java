package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import dev.nook.store.error.StorageException.Exhausted;
import dev.nook.store.id.Name;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyTest {
  private static final String KEY = "topology.csi.nook.dev/node";
  private static final Topology HERE = Topology.of("csi.nook.dev", "node-1");

  @Test
  void aDriverNameThatMakesAnIllegalKeyIsRefused() {
    assertThatThrownBy(() -> Topology.of("x".repeat(55), "node-1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longer than 54 characters");
  }

  @Test
  void theValueIsTheNodeName() {
    assertThat(HERE.toWire().getSegmentsMap()).isEqualTo(Map.of(KEY, "node-1"));
    assertThat(Topology.of("csi.nook.dev", "x".repeat(63)).value()).isEqualTo("x".repeat(63));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-x",
        "x.",
        "ü",
        "a b",
        "012345678901234567890123456789012345678901234567890123456789.x.y"
      })
  void aNodeNameThatIsNoLegalValueIsHashed(String node) {
    String value = Topology.of("csi.nook.dev", node).value();

    assertThat(value).matches("[0-9a-f]{32}");
    assertThat(value).isEqualTo(Topology.of("csi.nook.dev", node).value());
    assertThat(value).isNotEqualTo(Topology.of("csi.nook.dev", node + "y").value());
  }

  @Test
  void aVolumeForOtherNodesOnlyIsRefused() {
    var wanted =
        Csi.TopologyRequirement.newBuilder()
            .addRequisite(place(KEY, "node-2"))
            .addPreferred(place(KEY, "node-3"))
            .build();

    assertThatThrownBy(() -> HERE.require(new Name("data"), wanted))
        .isInstanceOf(Exhausted.class)
        .hasMessage("data: its accessibility_requirements name other nodes than this one, node-1");
  }

  @Test
  void aVolumeForThisNodeAmongOthersIsTaken() throws Exception {
    HERE.require(new Name("data"), Csi.TopologyRequirement.getDefaultInstance());
    HERE.require(
        new Name("data"),
        Csi.TopologyRequirement.newBuilder()
            .addRequisite(place(KEY, "node-2"))
            .addRequisite(place(KEY, "node-1"))
            .build());
    HERE.require(
        new Name("data"),
        Csi.TopologyRequirement.newBuilder()
            .addRequisite(place(KEY, "node-2"))
            .addPreferred(place(KEY, "node-1"))
            .build());
  }

  @Test
  void everySegmentOfAPlaceMustMatch() {
    var here = place(KEY, "node-1");

    assertThat(HERE.matches(here)).isTrue();
    assertThat(HERE.matches(Csi.Topology.getDefaultInstance())).isTrue();
    assertThat(HERE.matches(here.toBuilder().putSegments("zone", "a").build())).isFalse();
    assertThat(HERE.matches(place("topology.other/node", "node-1"))).isFalse();
    assertThat(HERE.matches(place(KEY, "NODE-1"))).isFalse();
  }

  private static Csi.Topology place(String key, String value) {
    return Csi.Topology.newBuilder().putSegments(key, value).build();
  }
}
