package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault.Reason;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What is seen of volumes that are staged, and of those that could not be.
final class HealthTest extends FakeNode {
  private static final long SMALL = 64L << 20;

  @Test
  void aVolumeThatIsWellHasNothingWrong() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.EXT4, TestNode.RAW, TestNode.TREE)) {
      Volume volume = node.create("v-" + shape, shape);
      assertWell(volume);

      node.stager.stage(node.stage(volume));
      assertWell(volume);
    }
  }

  @Test
  void anImageThatWasCutOffIsToldWhileItIsStagedAndNoLongerWhenItIsWhole() throws Exception {
    for (Shape shape : List.of(TestNode.XFS, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));
      setLength(node.image(volume), volume.capacityBytes() / 2);

      assertReasons(volume, Reason.CONTENT_TRUNCATED);

      setLength(node.image(volume), volume.capacityBytes());
      assertWell(volume);
    }
  }

  @Test
  void anImageThatIsGoneOrAnotherFileIsToldWhileItIsStaged() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, SMALL);
    node.stager.stage(node.stage(volume));
    Path kept = node.image(volume).resolveSibling("kept");
    Files.move(node.image(volume), kept);
    assertReasons(volume, Reason.CONTENT_MISSING);

    Files.copy(kept, node.image(volume));
    assertReasons(volume, Reason.CONTENT_REPLACED);

    Files.delete(node.image(volume));
    Files.move(kept, node.image(volume));
    assertWell(volume);
  }

  @Test
  void aDirectoryThatIsGoneIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.TREE);
    node.stager.stage(node.stage(volume));
    Path data = node.image(volume).resolveSibling("data");
    Files.move(data, data.resolveSibling("kept"));

    assertReasons(volume, Reason.CONTENT_MISSING);

    Files.move(data.resolveSibling("kept"), data);
    assertWell(volume);
  }

  @Test
  void aVolumeThatCouldNotBeAttachedIsLookedAtUntilItCan() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    setLength(node.image(volume), volume.capacityBytes() / 2);
    assertThat(node.health.reasons(volume.id())).as("nobody uses it").isEmpty();

    assertRefused(volume);
    assertReasons(volume, Reason.CONTENT_TRUNCATED);

    setLength(node.image(volume), volume.capacityBytes());
    assertWell(volume);
    node.stager.stage(node.stage(volume));
    assertWell(volume);
  }

  @Test
  void anImageThatHoldsAnotherFilesystemIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4, SMALL);
    Volume other = node.create("other", TestNode.EXT4, SMALL);
    Files.copy(node.image(other), node.image(volume), StandardCopyOption.REPLACE_EXISTING);

    assertRefused(volume);

    assertReasons(volume, Reason.CONTENT_REPLACED);
  }

  @Test
  void aDamagedFilesystemThatWasRefusedIsToldUntilItIsMounted() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.note(node.image(volume), Noted.MARK);
    assertRefused(volume);
    assertReasons(volume, Reason.FILESYSTEM_DAMAGED);

    kernel.note(node.image(volume), Noted.NOTHING);
    node.stager.stage(node.stage(volume));

    assertWell(volume);
  }

  @Test
  void aDamagedFilesystemThatIsMountedAllTheSameIsDegraded() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.note(node.image(volume), Noted.MARK);
    assertRefused(volume);
    node.stager.stage(
        new StageVolume(
            volume.id(),
            new KubeletPath(node.staging(volume.id())),
            TestNode.mount(AccessMode.SINGLE_NODE_WRITER),
            OnDamage.MOUNT));

    assertReasons(volume, Reason.FILESYSTEM_ERRORS);
  }

  @Test
  void errorsThatAreMetWhileItIsMountedAreTold() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));

    kernel.meetError(node.staging(volume.id()));

    assertReasons(volume, Reason.FILESYSTEM_ERRORS);
  }

  @Test
  void aVolumeThatIsDeletedIsNotLookedForAnyMore() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.note(node.image(volume), Noted.MARK);
    assertRefused(volume);

    node.volumes.delete(volume.id());
    Volume again = node.create("v", TestNode.EXT4);

    assertThat(again.id()).isEqualTo(volume.id());
    assertWell(again);
  }

  @Test
  void aRecordThatCannotBeTrustedIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Files.writeString(node.image(volume).resolveSibling("meta"), "nonsense");
    node.stop();
    node = TestNode.started(folder, linux);

    assertReasons(volume, Reason.RECORD_UNREADABLE);
  }

  @Test
  void anImageThatCannotBeReadIsTold() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    kernel.breakReads(node.image(volume));

    assertRefused(volume);

    assertReasons(volume, Reason.CONTENT_UNREADABLE);
  }

  private void assertRefused(Volume volume) {
    assertThatThrownBy(() -> node.stager.stage(node.stage(volume)))
        .isInstanceOf(StorageException.NotReady.class);
    kernel.assertNothingLeft();
  }

  private void assertWell(Volume volume) throws Exception {
    assertThat(node.health.of(volume.id())).isEmpty();
  }

  private void assertReasons(Volume volume, Reason... reasons) throws Exception {
    assertThat(node.health.reasons(volume.id())).containsExactly(reasons);
    assertThat(node.health.of(volume.id()))
        .allSatisfy(
            fault -> assertThat(fault.message()).isNotEmpty().doesNotContain(folder.toString()));
  }

  private static void setLength(Path file, long bytes) throws IOException {
    try (var image = new RandomAccessFile(file.toFile(), "rw")) {
      image.setLength(bytes);
    }
  }
}
