package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// A filesystem that has given up: whoever asks for its root gets EIO.
final class DeadVolumeIT extends RealNode {
  private static final List<Shape> SHAPES = List.of(TestNode.XFS, TestNode.EXT4);

  @Test
  void aDeadVolumeIsUnpublishedAndUnstaged() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      UnstageVolume unstage = node.unstage(volume);
      node.publisher.publish(node.publish(volume, "a"));
      shutDown(node.target("a"));

      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(unstage);

      assertThat(node.target("a")).doesNotExist();
      assertThat(loops(volume)).isEmpty();
      node.publisher.publish(node.publish(volume, "a"));
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(node.unstage(volume));
    }
  }

  @Test
  void aDeadVolumeIsMeasured() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      UnstageVolume unstage = node.unstage(volume);
      node.publisher.publish(node.publish(volume, "a"));
      long total = total(volume);
      shutDown(node.target("a"));

      assertThat(total(volume)).isEqualTo(total);
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(unstage);
    }
  }

  @Test
  void whatADeadVolumeCannotDoIsItsOwnFault() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      UnstageVolume unstage = node.unstage(volume);
      PublishVolume another = node.publish(volume, "b");
      node.publisher.publish(node.publish(volume, "a"));
      shutDown(node.target("a"));

      assertServedOrItsOwnFault(volume, () -> node.publisher.publish(another));
      assertServedOrItsOwnFault(
          volume,
          () ->
              node.expander.expand(
                  node.expand(volume, node.target("a"), 2 * volume.capacityBytes())));

      node.publisher.unpublish(node.unpublish(volume, "b"));
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(unstage);
    }
  }

  /// ext4 shows its root as long as that is remembered; xfs asks itself first.
  private static void assertServedOrItsOwnFault(Volume volume, ThrowingCallable call) {
    Throwable met = catchThrowable(call);
    if (met != null) {
      assertThat(met)
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(volume.id().text());
    }
  }

  private long total(Volume volume) throws Exception {
    return ((Usage.Files) node.stats.of(volume.id(), node.target("a"))).totalBytes();
  }

  private static void shutDown(Path mounted) throws IOException {
    Processes.run(Command.of("xfs_io", "-x", "-c", "shutdown", mounted.toString()));
  }
}
