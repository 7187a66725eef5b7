package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VolumeStatsTest extends FakeNode {

  @ParameterizedTest
  @ValueSource(strings = {"some/path", "/", "/no/such/path", "/etc/../etc"})
  void nothingIsFoundAtAPathThatShowsNothing(String path) throws Exception {
    Volume volume = node.create("v", TestNode.XFS);

    assertThatThrownBy(() -> node.stats.of(new VolumeId("unknown"), Path.of(path)))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> node.stats.of(volume.id(), Path.of(path)))
        .isInstanceOf(StorageException.NotFound.class)
        .hasMessageContaining("volume_path " + path);
  }

  @Test
  void anotherVolumeAtThePathIsNotThisOne() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Volume other = node.create("other", TestNode.XFS);
    node.publisher.publish(node.publish(other, "a"));

    assertThatThrownBy(() -> node.stats.of(volume.id(), node.target("a")))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void aForeignMountOverTheVolumeIsNotMeasured() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publish(volume, "a"));
    node.linux.mounts().bind(node.directory("foreign"), node.target("a"), MountFlags.NONE);

    assertThatThrownBy(() -> node.stats.of(volume.id(), node.target("a")))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void countsTheBytesAndInodesOfAFilesystem() throws Exception {
    Volume volume = node.create("v", TestNode.EXT4);
    node.publisher.publish(node.publish(volume, "a"));

    var files = (Usage.Files) node.stats.of(volume.id(), node.target("a"));

    assertThat(files.totalBytes()).isPositive().isLessThanOrEqualTo(volume.capacityBytes());
    assertThat(files.totalInodes()).isPositive();
    assertThat(node.stats.of(volume.id(), node.staging(volume.id()))).isEqualTo(files);
  }

  @Test
  void countsTheBytesOfABlockVolume() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    node.publisher.publish(node.publish(volume, "a"));
    node.publisher.publish(node.publishReadOnly(volume, "b"));

    var total = new Usage.Blocks(volume.capacityBytes());
    assertThat(node.stats.of(volume.id(), node.target("a"))).isEqualTo(total);
    assertThat(node.stats.of(volume.id(), node.target("b"))).isEqualTo(total);
  }

  @Test
  void countsADirectory() throws Exception {
    Volume volume = node.create("v", TestNode.TREE);
    node.publisher.publish(node.publish(volume, "a"));

    var files = (Usage.Files) node.stats.of(volume.id(), node.target("a"));

    assertThat(files.totalBytes()).isPositive();
  }
}
