package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Faults;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reading the mount table takes time by the number of all mounts of the host: a call does it once
/// to decide, and once after each change that it must see.
@SuppressWarnings("NullAway.Init")
final class MountTableReadsTest extends FakeNode {
  private interface Call {
    void run() throws Exception;
  }

  private Faults counted;

  @Test
  void whatIsThereAlreadyTakesOneReading() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
      Volume volume = counting("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));

      assertReads(1, () -> node.stager.stage(node.stage(volume)));
      assertReads(1, () -> node.publisher.publish(node.publish(volume, "a")));
      assertReads(1, () -> node.publisher.publish(node.publish(volume, "b")));
      assertReads(
          1,
          () -> {
            Usage _ = node.stats.of(volume.id(), node.target("a"));
          });
      assertReads(
          1,
          () -> {
            Volume _ =
                node.expander.expand(node.expand(volume, node.target("a"), volume.capacityBytes()));
          });
      node.publisher.unpublish(node.unpublish(volume, "b"));
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  /// The second is for the limit, which counts what has arrived since the first.
  @Test
  void anArrivalTakesTwo() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
      Volume volume = counting("v-" + shape, shape);

      assertReads(2, () -> node.publisher.publish(node.publish(volume, "a")));

      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(node.unstage(volume));
      assertReads(2, () -> node.stager.stage(node.stage(volume)));
    }
  }

  /// One more to see what the unmount has left; the device is looked at for itself.
  @Test
  void takingAMountAwayTakesTwo() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.TREE)) {
      Volume volume = counting("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));

      assertReads(2, () -> node.publisher.unpublish(node.unpublish(volume, "a")));
      assertReads(1, () -> node.publisher.unpublish(node.unpublish(volume, "a")));
      assertReads(
          shape.equals(TestNode.TREE) ? 2 : 3, () -> node.stager.unstage(node.unstage(volume)));
    }
  }

  private Volume counting(String name, Shape shape) throws Exception {
    node.stop();
    counted = Faults.none(linux);
    node = TestNode.started(folder, counted.linux());
    return node.create(name, shape);
  }

  private void assertReads(int most, Call call) throws Exception {
    int before = counted.calls().size();
    call.run();
    List<String> calls = counted.calls().subList(before, counted.calls().size());
    assertThat(calls)
        .filteredOn(each -> each.matches("\\d+ Mounts\\.(view|all|everywhere|at)\\(.*"))
        .hasSizeLessThanOrEqualTo(most);
  }
}
