package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PublisherTest extends FakeNode {
  private static final List<Shape> SHAPES =
      List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW);

  @Test
  void aVolumeThatDoesNotExistIsNotFound() throws Exception {
    StageVolume stage =
        new StageVolume(
            new VolumeId("unknown"),
            new KubeletPath(node.directory("staging")),
            TestNode.mount(AccessMode.SINGLE_NODE_WRITER),
            OnDamage.REFUSE);

    assertRefused(
        new PublishVolume(stage, new KubeletPath(node.target("a")), false),
        StorageException.NotFound.class);
  }

  @Test
  void aCapabilityThatTheVolumeCannotServeIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    StageVolume stage = node.stage(volume, TestNode.mount(AccessMode.SINGLE_NODE_WRITER));

    assertRefused(
        new PublishVolume(stage, new KubeletPath(node.target("a")), false),
        StorageException.NotReady.class);
  }

  @Test
  void aTargetThatCannotBeMountedOnIsRefusedAndNothingStaysStaged() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path full = node.directory("full");
    Files.writeString(full.resolve("precious"), "x");

    assertRefused(to(volume, node.kubelet.resolve("a/b")), StorageException.NotReady.class);
    assertRefused(to(volume, full), StorageException.NotReady.class);
    assertRefused(to(volume, node.pool.resolve("x")), StorageException.InvalidArgument.class);
    assertRefused(to(volume, node.kubelet), StorageException.InvalidArgument.class);
  }

  @Test
  void aTargetThatIsALinkOrPassesThroughOneIsRefused() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path elsewhere = node.directory("elsewhere");
    Path link = Files.createSymbolicLink(node.kubelet.resolve("link"), elsewhere);

    assertRefused(to(volume, link), StorageException.InvalidArgument.class);
    assertRefused(to(volume, link.resolve("below")), StorageException.InvalidArgument.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aForeignMountAtTheTargetIsNamedAndStays() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path target = Files.createDirectory(node.target("a"));
    linux.mounts().bind(node.directory("foreign"), target, MountFlags.NONE);

    assertThatThrownBy(() -> node.publisher.publish(node.publish(volume, "a")))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining("/dev/fake (xfs)");

    assertThat(node.at(target)).hasSize(1);
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void showsAVolumeAtItsTarget() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));

      node.publisher.publish(node.publish(volume, "a"));

      Mounts.Entry shown = onlyAt(node.target("a"));
      assertThat(shown.readOnly()).isFalse();
      assertThat(node.shownBy(shown)).contains(volume.id());
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  @Test
  void aReaderOnlyModeOrFieldShowsItReadOnly() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);

      node.publisher.publish(node.publishReadOnly(volume, "field"));
      node.publisher.publish(node.publish(volume, "single", AccessMode.SINGLE_NODE_READER_ONLY));
      node.publisher.publish(node.publish(volume, "multi", AccessMode.MULTI_NODE_READER_ONLY));

      for (String target : List.of("field", "single", "multi")) {
        Mounts.Entry shown = onlyAt(node.target(target));
        assertThat(shown.readOnly()).isTrue();
        assertThat(node.shownBy(shown)).contains(volume.id());
        node.publisher.unpublish(node.unpublish(volume, target));
      }
    }
  }

  @Test
  void aSecondPublishChangesNothing() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));
      node.publisher.publish(node.publishReadOnly(volume, "b"));
      List<Mounts.Entry> mounts = linux.mounts().all();
      int loops = linux.loops().all().size();

      node.publisher.publish(node.publish(volume, "a"));
      node.publisher.publish(node.publishReadOnly(volume, "b"));

      assertThat(linux.mounts().all()).isEqualTo(mounts);
      assertThat(linux.loops().all()).hasSize(loops);
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.publisher.unpublish(node.unpublish(volume, "b"));
    }
  }

  @Test
  void theSameTargetWithOtherArgumentsIsRefused() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));

      assertThatThrownBy(() -> node.publisher.publish(node.publishReadOnly(volume, "a")))
          .isInstanceOf(StorageException.Incompatible.class);

      assertThat(onlyAt(node.target("a")).readOnly()).isFalse();
      node.publisher.unpublish(node.unpublish(volume, "a"));
    }
  }

  @Test
  void publishStagesAfterAReboot() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));
      node.stop();
      kernel.reboot();
      node = TestNode.started(folder, linux);

      node.publisher.publish(node.publish(volume, "a"));

      assertThat(node.shownBy(onlyAt(node.target("a")))).contains(volume.id());
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(node.unstage(volume));
      kernel.assertNothingLeft();
    }
  }

  @Test
  void aWriterThatMustBeAloneGetsOneTarget() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a", AccessMode.SINGLE_NODE_SINGLE_WRITER));

      assertThatThrownBy(() ->
              node.publisher.publish(
                  node.publish(volume, "b", AccessMode.SINGLE_NODE_SINGLE_WRITER)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(node.target("a").toString());

      assertThat(node.target("b")).doesNotExist();
      node.publisher.publish(node.publish(volume, "a", AccessMode.SINGLE_NODE_SINGLE_WRITER));
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.publisher.publish(node.publish(volume, "b", AccessMode.SINGLE_NODE_SINGLE_WRITER));
      node.publisher.unpublish(node.unpublish(volume, "b"));
    }
  }

  @Test
  void otherWritersShareAVolume() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);

    node.publisher.publish(node.publish(volume, "a", AccessMode.SINGLE_NODE_WRITER));
    node.publisher.publish(node.publish(volume, "b", AccessMode.SINGLE_NODE_WRITER));
    node.publisher.publish(node.publish(volume, "c", AccessMode.SINGLE_NODE_MULTI_WRITER));

    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void aReadOnlyBlockVolumeIsShownThroughAViewForEachTarget() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);

    node.publisher.publish(node.publish(volume, "writer"));
    node.publisher.publish(node.publishReadOnly(volume, "a"));
    node.publisher.publish(node.publishReadOnly(volume, "b"));

    assertThat(linux.loops().all())
        .extracting(loop -> loop.readOnly())
        .containsExactly(false, true, true);
    node.publisher.unpublish(node.unpublish(volume, "a"));
    assertThat(linux.loops().all()).hasSize(2);
    node.publisher.unpublish(node.unpublish(volume, "b"));
    assertThat(linux.loops().all()).hasSize(1);
    assertThat(node.at(node.target("writer"))).hasSize(1);
  }

  private PublishVolume to(Volume volume, Path target) throws IOException {
    return new PublishVolume(node.stage(volume), new KubeletPath(target), false);
  }

  private void assertRefused(PublishVolume publish, Class<? extends StorageException> kind) {
    assertThatThrownBy(() -> node.publisher.publish(publish)).isInstanceOf(kind);
    kernel.assertNothingLeft();
  }
}
