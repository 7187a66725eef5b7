package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.io.Closeable;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnpublishTest extends FakeNode {
  private static final List<Shape> SHAPES =
      List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW);

  @Test
  void aViewThatACrashLeftIsReleasedWithTheVolume() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    node.publisher.publish(node.publishReadOnly(volume, "a"));
    linux.mounts().unmount(node.target("a"));

    node.stager.unstage(node.unstage(volume));

    kernel.assertNothingLeft();
  }

  @Test
  void unpublishUndoesPublish() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publish(volume, "a"));

      node.publisher.unpublish(node.unpublish(volume, "a"));

      assertThat(Files.exists(node.target("a"), LinkOption.NOFOLLOW_LINKS)).isFalse();
      node.publisher.unpublish(node.unpublish(volume, "a"));
      node.stager.unstage(node.unstage(volume));
      kernel.assertNothingLeft();
    }
  }

  @Test
  void unpublishOfAnUnknownVolumeCleansThePath() throws Exception {
    VolumeId unknown = new VolumeId("unknown");
    Path target = Files.createDirectory(node.target("a"));

    node.publisher.unpublish(new UnpublishVolume(unknown, new KubeletPath(target)));
    node.publisher.unpublish(
        new UnpublishVolume(unknown, new KubeletPath(node.kubelet.resolve("no/such/target"))));

    assertThat(target).doesNotExist();
  }

  @Test
  void unpublishAndUnstageOfADeletedRecordCleanUp() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Files.delete(node.pool.resolve("volumes").resolve(volume.id().text()).resolve("meta"));

    node.publisher.unpublish(node.unpublish(volume, "a"));
    node.stager.unstage(node.unstage(volume));

    kernel.assertNothingLeft();
    assertThat(node.target("a")).doesNotExist();
  }

  @Test
  void unpublishAndUnstageNeedNoPoolThatIsOpen() throws Exception {
    for (Shape shape : SHAPES) {
      Volume volume = node.create("v-" + shape, shape);
      node.publisher.publish(node.publishReadOnly(volume, "a-" + volume.id()));
    }
    List<VolumeId> published = List.copyOf(node.attached());
    node.stop();
    Files.writeString(node.pool.resolve("FORMAT"), "version=99.0\n");
    node = TestNode.started(folder, linux);

    for (VolumeId id : published) {
      KubeletPath target = new KubeletPath(node.target("a-" + id));
      node.publisher.unpublish(new UnpublishVolume(id, target));
      node.stager.unstage(new UnstageVolume(id, new KubeletPath(node.staging(id))));
    }

    assertThat(published).hasSameSizeAs(SHAPES);
    kernel.assertNothingLeft();
  }

  @Test
  void aTargetThatTheHostStillShowsIsNotRemoved() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    kernel.bindElsewhere(node.staging(volume.id()), node.target("a"));

    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("propagation");

    assertThat(node.target("a")).isDirectory();
  }

  @Test
  void unpublishTouchesNoForeignMount() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path target = Files.createDirectory(node.target("a"));
    linux.mounts().bind(node.directory("foreign"), target, MountFlags.NONE);

    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("/dev/fake (xfs)");

    assertThat(node.at(target)).hasSize(1);
    assertThat(target).isDirectory();
  }

  @Test
  void unpublishTakesAWholeStackOfOurs() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    Path staging = node.staging(volume.id());
    for (int i = 0; i < 4; i++) {
      linux.mounts().bind(staging, node.target("a"), MountFlags.NONE);
    }

    node.publisher.unpublish(node.unpublish(volume, "a"));

    assertThat(node.at(node.target("a"))).isEmpty();
    assertThat(node.target("a")).doesNotExist();
    assertThat(node.at(staging)).hasSize(1);
  }

  @Test
  void unpublishRemovesNothingThatHoldsSomething() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path target = Files.createDirectory(node.target("a"));
    Files.writeString(target.resolve("precious"), "x");

    assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(target.resolve("precious")).hasContent("x");
  }

  @Test
  void aTargetThatIsInUseStays() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));

    try (Closeable _ = kernel.holdOpen(node.target("a"))) {
      assertThatThrownBy(() -> node.publisher.unpublish(node.unpublish(volume, "a")))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("is in use");
      assertThat(node.at(node.target("a"))).hasSize(1);
    }

    node.publisher.unpublish(node.unpublish(volume, "a"));
    assertThat(node.target("a")).doesNotExist();
  }
}
