package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fault.Interleaved;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// NodeGetVolumeStats with something else between each two of its calls to the kernel: it says what
/// the volume holds, or that the volume is not there.
final class StatsInterleavedTest extends FakeNode {
  private Shape shape(String name) {
    return name.equals("xfs") ? TestNode.XFS : TestNode.TREE;
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "tree"})
  void anUnpublishMeanwhileIsNotFoundOrTooLateToBeSeen(String shape) throws Exception {
    Volume volume = node.create("v", shape(shape));
    Interleaved calls = restarted();

    for (int call = 1, last = 0; call != last; call++) {
      node.publisher.publish(node.publish(volume, "a"));
      Usage before = node.stats.of(volume.id(), node.target("a"));
      calls.before(call, () -> unpublish(volume));

      assertMeasuredOrNotFound(volume, before);

      last = calls.happened() ? 0 : call + 1;
      calls.before(0, () -> {});
    }
  }

  /// The folder below the mount stands a moment longer than the mount.
  @ParameterizedTest
  @ValueSource(strings = {"xfs", "tree"})
  void theNodesOwnDiskIsNeverMeasured(String shape) throws Exception {
    Volume volume = node.create("v", shape(shape));
    Path target = node.target("a");
    Interleaved calls = restarted();

    for (int call = 1, last = 0; call != last; call++) {
      node.publisher.publish(node.publish(volume, "a"));
      Usage before = node.stats.of(volume.id(), target);
      calls.before(call, () -> unmount(target));

      assertMeasuredOrNotFound(volume, before);

      last = calls.happened() ? 0 : call + 1;
      calls.before(0, () -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "tree"})
  void anotherMountOverTheVolumeIsNeverMeasured(String shape) throws Exception {
    Volume volume = node.create("v", shape(shape));
    Path target = node.target("a");
    Path foreign = Files.createDirectory(folder.resolve("foreign"));
    Interleaved calls = restarted();

    for (int call = 1, last = 0; call != last; call++) {
      node.publisher.publish(node.publish(volume, "a"));
      Usage before = node.stats.of(volume.id(), target);
      calls.before(call, () -> linux.mounts().bind(foreign, target, MountFlags.NONE));

      assertMeasuredOrNotFound(volume, before);

      last = calls.happened() ? 0 : call + 1;
      calls.before(0, () -> {});
      if (node.at(target).size() > 1) {
        linux.mounts().unmount(target);
      }
    }
  }

  private void assertMeasuredOrNotFound(Volume volume, Usage before) throws Exception {
    try {
      assertThat(node.stats.of(volume.id(), node.target("a"))).isEqualTo(before);
    } catch (StorageException.NotFound _) {
      // It was not there when it was looked for.
    }
  }

  /// A real kernel lets the unmount wait a moment; here it is refused while the mount is held.
  private void unpublish(Volume volume) throws Exception {
    try {
      node.publisher.unpublish(node.unpublish(volume, "a"));
    } catch (StorageException.NotReady e) {
      assertThat(e).hasMessageContaining("in use");
    }
  }

  private void unmount(Path target) throws Exception {
    try {
      linux.mounts().unmount(target);
    } catch (SystemCallException e) {
      assertThat(e.is(Errno.EBUSY)).isTrue();
    }
  }

  private Interleaved restarted() throws Exception {
    Interleaved calls = Interleaved.over(linux);
    node.stop();
    node = TestNode.started(folder, calls.linux());
    return calls;
  }
}
