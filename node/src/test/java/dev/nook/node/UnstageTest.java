package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Volume;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UnstageTest extends FakeNode {
  private static final AccessMode MODE = AccessMode.SINGLE_NODE_MULTI_WRITER;

  @Test
  void unstageUndoesStageAndLeavesTheCosDirectory() throws Exception {
    for (var shape : List.of(TestNode.XFS, TestNode.EXT4, TestNode.TREE, TestNode.RAW)) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));

      node.stager.unstage(node.unstage(volume));

      kernel.assertNothingLeft();
      assertThat(node.kubelet.resolve("staging-" + volume.id())).isEmptyDirectory();
      node.stager.unstage(node.unstage(volume));
    }
  }

  @Test
  void unstageOfWhatWasNeverStagedIsFine() throws Exception {
    KubeletPath staging = new KubeletPath(node.directory("staging"));
    KubeletPath missing = new KubeletPath(node.kubelet.resolve("no/such/staging"));

    node.stager.unstage(new UnstageVolume(node.create("v", TestNode.XFS).id(), staging));
    node.stager.unstage(new UnstageVolume(new VolumeId("unknown"), staging));
    node.stager.unstage(new UnstageVolume(new VolumeId("unknown"), missing));

    assertThat(staging.path()).isEmptyDirectory();
  }

  @Test
  void unstageDetachesAlsoWhenNothingIsMounted() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    linux.mounts().unmount(node.staging(volume.id()));

    node.stager.unstage(node.unstage(volume));

    kernel.assertNothingLeft();
  }

  @Test
  void unstageTouchesNoForeignMount() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path staging = node.staging(volume.id());
    linux.mounts().bind(node.directory("foreign"), staging, MountFlags.NONE);

    assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("/dev/fake (xfs)");

    assertThat(node.at(staging)).hasSize(1);
  }

  @Test
  void unstageTouchesNothingOfAStackThatIsNotAllOurs() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path staging = node.staging(volume.id());
    linux.mounts().bind(node.directory("foreign"), staging, MountFlags.NONE);
    Path elsewhere = node.directory("elsewhere");
    node.stager.stage(at(volume, elsewhere));
    linux.mounts().bind(elsewhere, staging, MountFlags.NONE);

    assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(node.at(staging)).hasSize(2);
  }

  @Test
  void unstageTakesAWholeStackOfOurs() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    Path staging = node.staging(volume.id());
    linux.mounts().bind(staging, staging, MountFlags.NONE);
    linux.mounts().bind(staging, staging, MountFlags.READ_ONLY);

    node.stager.unstage(node.unstage(volume));

    kernel.assertNothingLeft();
  }

  @Test
  void aVolumeThatIsInUseStaysStaged() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    Path staging = node.staging(volume.id());

    try (Closeable _ = kernel.holdOpen(staging)) {
      assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(staging + " is in use");
      assertThat(node.at(staging)).hasSize(1);
    }

    node.stager.unstage(node.unstage(volume));
    kernel.assertNothingLeft();
  }

  @Test
  void aVolumeThatIsStillPublishedStaysAttached() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));

    assertThatThrownBy(() -> node.stager.unstage(node.unstage(volume)))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(node.at(node.target("a"))).hasSize(1);
    assertThat(linux.loops().all()).hasSize(1);
  }

  private StageVolume at(Volume volume, Path staging) {
    return new StageVolume(
        volume.id(), new KubeletPath(staging), TestNode.capability(volume, MODE), OnDamage.REFUSE);
  }
}
