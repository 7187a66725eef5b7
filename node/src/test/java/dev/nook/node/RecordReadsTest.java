package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.node.path.KubeletPath;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Faults;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A call reads its volume's record once and hands on what it got.
@SuppressWarnings("NullAway.Init")
final class RecordReadsTest extends FakeNode {
  private interface Call {
    void run() throws Exception;
  }

  private static final List<Shape> SHAPES = List.of(TestNode.XFS, TestNode.TREE, TestNode.RAW);

  private Faults counted;

  @Test
  void aNodeCallReadsTheRecordOnce() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = counting(shape);

      assertReads(volume, 1, () -> node.stager.stage(node.stage(volume)));
      assertReads(volume, 1, () -> node.publisher.publish(node.publish(volume, "a")));
      assertReads(
          volume,
          1,
          () -> {
            Usage _ = node.stats.of(volume.id(), node.target("a"));
          });
      assertReads(volume, 1, () -> expand(volume, volume.capacityBytes()));
    }
  }

  /// The record that is written is what lies there with another size, so it is read for that.
  @Test
  void anExpansionReadsItOnceMoreToChangeIt() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = counting(shape);
      node.publisher.publish(node.publish(volume, "a"));

      assertReads(volume, 2, () -> expand(volume, 2 * volume.capacityBytes()));
    }
  }

  private void expand(Volume volume, long bytes) throws Exception {
    Volume _ = node.expander.expand(node.expand(volume, node.target("a"), bytes));
  }

  private Volume counting(Shape shape) throws Exception {
    node.stop();
    counted = Faults.none(linux);
    node = TestNode.started(folder, counted.linux());
    for (VolumeId other : node.attached()) {
      node.publisher.unpublish(new UnpublishVolume(other, new KubeletPath(node.target("a"))));
      node.stager.unstage(new UnstageVolume(other, new KubeletPath(node.staging(other))));
    }
    return node.create("v-" + shape, shape);
  }

  private void assertReads(Volume volume, int expected, Call call) throws Exception {
    int before = counted.calls().size();
    call.run();
    List<String> calls = counted.calls().subList(before, counted.calls().size());
    assertThat(calls)
        .filteredOn(each -> each.contains(" Disk.read(") && each.contains(volume.id() + "/meta"))
        .hasSize(expected);
  }
}
