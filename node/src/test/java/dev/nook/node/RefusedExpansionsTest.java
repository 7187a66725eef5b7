package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.rpc.Statuses;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import io.grpc.Status;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Calls in the orders in which kubelet makes them while a growth does not fit.
final class RefusedExpansionsTest extends FakeNode {
  private static final List<Shape> SHAPES =
      List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW);
  private static final long TOO_MUCH = 1L << 50;

  @Test
  void aRunningPodsVolumeIsOutOfRangeHoweverOften() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = published(shape);

      assertOutOfRange(volume, TOO_MUCH);
      assertOutOfRange(volume, TOO_MUCH);
      assertOutOfRange(volume, TOO_MUCH);
    }
  }

  @Test
  void aStartingPodIsLetGoTheSecondTime() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = published(shape);
      assertOutOfRange(volume, TOO_MUCH);

      publish(volume);

      assertThatThrownBy(() -> expand(volume, TOO_MUCH))
          .satisfies(
              e -> assertThat(Statuses.of(e).getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION))
          .hasMessageStartingWith(
              volume.id() + ": growing from %d to %d bytes", 512L << 20, TOO_MUCH)
          .hasMessageContaining("pool default has")
          .hasMessageContaining("starts with the size that the volume has")
          .hasMessageContaining("a lowered request takes effect when the pod starts next");
      assertThat(node.volumes.get(volume.id())).isEqualTo(volume);
    }
  }

  @Test
  void withoutAPublishInBetweenItIsOutOfRangeAgain() throws Exception {
    Volume volume = published(TestNode.XFS);
    assertOutOfRange(volume, TOO_MUCH);
    publish(volume);
    assertLetGo(volume, TOO_MUCH);

    assertOutOfRange(volume, TOO_MUCH);

    publish(volume);
    assertLetGo(volume, TOO_MUCH);
    publish(volume);
    assertLetGo(volume, TOO_MUCH);
  }

  @Test
  void anotherRequestIsOutOfRangeFirst() throws Exception {
    for (long other : List.of(TOO_MUCH / 2, TOO_MUCH * 2)) {
      Volume volume = published("v-" + other, TestNode.XFS);
      assertOutOfRange(volume, TOO_MUCH);
      publish(volume);

      assertOutOfRange(volume, other);

      publish(volume);
      assertLetGo(volume, other);
    }
  }

  @Test
  void aPublishThatFailedIsNone() throws Exception {
    Volume volume = published(TestNode.XFS);
    assertOutOfRange(volume, TOO_MUCH);

    assertThatThrownBy(
            () -> node.publisher.publish(node.publishReadOnly(volume, "a-" + volume.id())))
        .isInstanceOf(StorageException.Incompatible.class);

    assertOutOfRange(volume, TOO_MUCH);
  }

  @Test
  void aGrowthThatFitsForgetsTheRefusal() throws Exception {
    Volume volume = published(TestNode.XFS);
    assertOutOfRange(volume, TOO_MUCH);
    Volume _ = expand(volume, 1L << 30);
    publish(volume);

    assertOutOfRange(volume, TOO_MUCH);
  }

  @Test
  void unpublishForgetsTheRefusal() throws Exception {
    Volume volume = published(TestNode.XFS);
    assertOutOfRange(volume, TOO_MUCH);
    node.publisher.unpublish(node.unpublish(volume, "a-" + volume.id()));
    publish(volume);

    assertOutOfRange(volume, TOO_MUCH);
  }

  @Test
  void unstageForgetsTheRefusal() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    assertThatThrownBy(
            () -> node.expander.expand(node.expand(volume, node.staging(volume.id()), TOO_MUCH)))
        .isInstanceOf(StorageException.ExpansionRefused.class);
    node.stager.unstage(node.unstage(volume));
    publish(volume);

    assertOutOfRange(volume, TOO_MUCH);
  }

  @Test
  void aVolumeThatIsNotStagedLeavesNothingToRemember() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    assertOutOfRange(volume, TOO_MUCH);
    publish(volume);

    assertOutOfRange(volume, TOO_MUCH);
  }

  @Test
  void oneVolumesRefusalIsNotAnothers() throws Exception {
    Volume volume = published("v", TestNode.TREE);
    Volume other = published("other", TestNode.TREE);
    assertOutOfRange(volume, TOO_MUCH);
    assertOutOfRange(other, TOO_MUCH);

    publish(volume);

    assertOutOfRange(other, TOO_MUCH);
    assertLetGo(volume, TOO_MUCH);
  }

  private Volume published(Shape shape) throws StorageException, IOException {
    return published("v-" + shape, shape);
  }

  private Volume published(String name, Shape shape) throws StorageException, IOException {
    Volume volume = node.create(name, shape);
    publish(volume);
    return volume;
  }

  private void publish(Volume volume) throws StorageException, IOException {
    node.publisher.publish(node.publish(volume, "a-" + volume.id()));
  }

  private Volume expand(Volume volume, long bytes) throws StorageException, IOException {
    return node.expander.expand(node.expand(volume, node.target("a-" + volume.id()), bytes));
  }

  private void assertOutOfRange(Volume volume, long bytes) {
    assertAnswered(Status.Code.OUT_OF_RANGE, volume, bytes);
  }

  private void assertLetGo(Volume volume, long bytes) {
    assertAnswered(Status.Code.FAILED_PRECONDITION, volume, bytes);
  }

  private void assertAnswered(Status.Code code, Volume volume, long bytes) {
    assertThatThrownBy(() -> expand(volume, bytes))
        .isInstanceOf(StorageException.ExpansionRefused.class)
        .satisfies(e -> assertThat(Statuses.of(e).getCode()).isEqualTo(code));
  }
}
