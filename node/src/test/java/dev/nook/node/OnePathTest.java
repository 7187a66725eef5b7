package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Interleaved;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Calls under different ids that meet at one path.
final class OnePathTest extends FakeNode {
  private static final VolumeId OTHER = new VolumeId("other");

  @Test
  void unstageAtAPathThatIsBeingUnpublishedIsToldToRetry() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Path target = node.target("a");
    Interleaved calls = restartedOver("unmount");
    calls.before(
        1,
        () ->
            assertThatThrownBy(
                    () -> node.stager.unstage(new UnstageVolume(OTHER, new KubeletPath(target))))
                .isInstanceOf(StorageException.OperationPending.class)
                .hasMessageContaining(
                    "UnpublishVolume of %s at %s".formatted(volume.id(), target)));

    node.publisher.unpublish(node.unpublish(volume, "a"));

    assertThat(calls.happened()).isTrue();
    assertThat(target).doesNotExist();
  }

  @Test
  void aVolumeIsNotShownFromAPathThatIsBeingUnstaged() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    Path staging = node.staging(volume.id());
    Interleaved calls = restartedOver("bind");
    calls.before(
        1,
        () ->
            assertThatThrownBy(
                    () -> node.stager.unstage(new UnstageVolume(OTHER, new KubeletPath(staging))))
                .isInstanceOf(StorageException.OperationPending.class));

    node.publisher.publish(node.publish(volume, "a"));

    assertThat(calls.happened()).isTrue();
    assertThat(node.shownBy(onlyAt(node.target("a")))).contains(volume.id());
  }

  /// An administrator, or kubelet's own cleaner, takes a mount away in the middle of the call.
  @Test
  void aMountThatSomebodyElseTakesMeanwhileIsGone() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Interleaved calls = restartedOver("unmount");
    calls.before(1, () -> linux.mounts().unmount(node.target("a")));

    node.publisher.unpublish(node.unpublish(volume, "a"));

    assertThat(calls.happened()).isTrue();
    assertThat(node.target("a")).doesNotExist();
  }

  @Test
  void aTargetThatIsTheStagingPathIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    StageVolume stage = node.stage(volume);

    assertThatThrownBy(
            () -> node.publisher.publish(new PublishVolume(stage, stage.staging(), false)))
        .isInstanceOf(StorageException.InvalidArgument.class);

    kernel.assertNothingLeft();
  }

  private Interleaved restartedOver(String method) throws Exception {
    Interleaved calls = Interleaved.over(linux, method::equals);
    node.stop();
    node = TestNode.started(folder, calls.linux());
    return calls;
  }
}
