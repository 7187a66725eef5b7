package dev.nook.cluster.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.NotFound;
import dev.nook.store.error.StorageException.Unavailable;
import dev.nook.store.id.VolumeId;
import java.util.Collections;
import java.util.List;
import nook.v1.Nook.HelloResponse;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final String DRIVER = "csi.nook.dev";
  private static final VolumeId VOLUME = new VolumeId("aaaaaaaa-v-" + "x".repeat(26));

  private final RoutingTable table = new RoutingTable(DRIVER);

  @Test
  void aVolumeIsOnTheNodeThatSaysItHasItsPool() throws StorageException {
    assertThat(says("one", true, "aaaaaaaa", "bbbbbbbb")).isEmpty();

    assertThat(table.node(VOLUME)).isEqualTo("one");
  }

  @Test
  void aPoolThatNobodyHasIsNoDeletedVolume() {
    assertThatThrownBy(() -> table.node(VOLUME)).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> table.node(new VolumeId("x"))).isInstanceOf(NotFound.class);
  }

  @Test
  void aPoolThatTwoNodesClaimIsNobodysUntilOneOfThemGivesItUp() throws StorageException {
    assertThat(says("one", true, "aaaaaaaa")).isEmpty();
    assertThat(says("two", true, "aaaaaaaa")).isEmpty();

    assertThatThrownBy(() -> table.node(VOLUME))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("one and two");

    assertThat(says("one", true)).isEmpty();
    assertThat(table.node(VOLUME)).isEqualTo("two");
  }

  @Test
  void aNodeThatHasNotReadAllItsPoolsGivesUpNone() throws StorageException {
    assertThat(says("one", true, "aaaaaaaa")).isEmpty();
    assertThat(says("one", false, "bbbbbbbb")).isEmpty();

    assertThat(table.node(VOLUME)).isEqualTo("one");
  }

  @Test
  void whoSaysNonsenseIsNotBelieved() {
    assertThat(table.heard("one", hello("two", DRIVER).build())).contains("node two");
    assertThat(table.heard("one", hello("one", "other.dev").build())).contains("other.dev");
    assertThat(says("one", true, "../../x")).contains("not a pool tag");
    assertThat(
            table.heard(
                "one",
                hello("one", DRIVER).addAllPoolTags(Collections.nCopies(257, "aaaaaaaa")).build()))
        .contains("257");

    assertThat(table.knows(VOLUME)).isFalse();
  }

  private String says(String node, boolean complete, String... tags) {
    return table.heard(
        node, hello(node, DRIVER).setComplete(complete).addAllPoolTags(List.of(tags)).build());
  }

  private static HelloResponse.Builder hello(String node, String driver) {
    return HelloResponse.newBuilder().setNodeId(node).setDriverName(driver);
  }
}
