package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Faults;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reading the whole mount table takes time by the number of all mounts of the host. A call asks
/// for what lies on its own paths instead, but for the few whose question is about all of them.
@SuppressWarnings("NullAway.Init")
final class MountTableReadsTest extends FakeNode {
  private interface Call {
    void run() throws Exception;
  }

  private Faults counted;

  @Test
  void noCallOfAVolumesLifeReadsIt() throws Exception {
    counting();
    Volume first = node.create("first", TestNode.RAW);
    assertReads(1, () -> node.stager.stage(node.stage(first))); // Which are staged already.
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE)) {
      Volume volume = node.create("v-" + shape, shape);

      assertReads(0, () -> node.stager.stage(node.stage(volume)));
      assertReads(0, () -> node.stager.stage(node.stage(volume)));
      assertReads(0, () -> node.publisher.publish(node.publish(volume, "a")));
      assertReads(0, () -> node.publisher.publish(node.publish(volume, "a")));
      assertReads(0, () -> node.publisher.publish(node.publish(volume, "b")));
      assertReads(
          0,
          () -> {
            Usage _ = node.stats.of(volume.id(), node.target("a"));
          });
      long more = 2 * volume.capacityBytes();
      assertReads(
          0,
          () -> {
            Volume _ = node.expander.expand(node.expand(volume, node.target("a"), more));
          });
      for (String target : List.of("b", "a", "a")) {
        assertReads(0, () -> node.publisher.unpublish(node.unpublish(volume, target)));
      }
      assertReads(0, () -> node.stager.unstage(node.unstage(volume)));
      assertReads(0, () -> node.stager.unstage(node.unstage(volume)));
      assertReads(0, () -> node.publisher.publish(node.publish(volume, "a")));
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  /// Any mount may show the device of a block volume, which does not keep it from being freed.
  @Test
  void detachingABlockVolumeReadsItOnce() throws Exception {
    counting();
    Volume volume = node.create("v", TestNode.RAW);
    node.stager.stage(node.stage(volume));

    assertReads(0, () -> node.publisher.publish(node.publish(volume, "a")));
    assertReads(0, () -> node.publisher.unpublish(node.unpublish(volume, "a")));
    assertReads(1, () -> node.stager.unstage(node.unstage(volume)));
    assertReads(0, () -> node.stager.unstage(node.unstage(volume)));
  }

  @Test
  void oneTargetForAllPodsIsLookedForOnce() throws Exception {
    counting();
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));

    assertReads(
        1,
        () ->
            node.publisher.publish(
                node.publish(volume, "a", AccessMode.SINGLE_NODE_SINGLE_WRITER)));
  }

  private void counting() throws Exception {
    node.stop();
    counted = Faults.none(linux);
    node = TestNode.started(folder, counted.linux());
  }

  private void assertReads(int exactly, Call call) throws Exception {
    int before = counted.calls().size();
    call.run();
    List<String> calls = counted.calls().subList(before, counted.calls().size());
    assertThat(calls)
        .filteredOn(each -> each.matches("\\d+ Mounts\\.(view|all|everywhere)\\(\\)"))
        .hasSize(exactly);
  }
}
