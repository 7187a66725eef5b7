package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExpanderTest extends FakeNode {
  private static final long GIB = 1L << 30;

  @ParameterizedTest
  @ValueSource(strings = {"some/path", "/", "/no/such/path", "/etc/../etc"})
  void aVolumeThatDoesNotExistIsNotFoundWhateverThePath(String path) {
    var expand =
        new ExpandVolume(
            new VolumeId("unknown"), Path.of(path), Optional.empty(), CapacityRange.ANY);

    assertThatThrownBy(() -> node.expander.expand(expand))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"some/path", "/", "/no/such/path", "/etc/../etc"})
  void aVolumeThatIsNotAtThePathStaysAsItIs(String path) throws Exception {
    Volume volume = node.create("v", TestNode.XFS);

    assertThatThrownBy(() -> node.expander.expand(node.expand(volume, Path.of(path), GIB)))
        .isInstanceOf(StorageException.NotFound.class)
        .hasMessageContaining("volume_path " + path);

    assertThat(node.volumes.get(volume.id())).isEqualTo(volume);
  }

  @Test
  void aSizeThatDoesNotFitChangesNothing() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));

    assertThatThrownBy(
            () -> node.expander.expand(node.expand(volume, node.staging(volume.id()), 1L << 50)))
        .isInstanceOf(StorageException.ExpansionRefused.class);

    assertThat(node.volumes.get(volume.id())).isEqualTo(volume);
  }

  @Test
  void aMountedFilesystemFillsItsLargerDevice() throws Exception {
    for (var shape : List.of(TestNode.XFS, TestNode.EXT4)) {
      Volume volume = node.create("v-" + shape, shape);
      node.stager.stage(node.stage(volume));
      Path staging = node.staging(volume.id());

      Volume grown = node.expander.expand(node.expand(volume, staging, 2 * GIB));

      assertThat(grown.capacityBytes()).isEqualTo(2 * GIB);
      assertThat(total(volume, staging)).isGreaterThan(GIB);
    }
  }

  @Test
  void aFilesystemGrowsThroughItsTarget() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.publisher.publish(node.publishReadOnly(volume, "a"));

    Volume _ = node.expander.expand(node.expand(volume, node.target("a"), 2 * GIB));

    assertThat(total(volume, node.target("a"))).isGreaterThan(GIB);
  }

  @Test
  void aStagingPathServesWhereTheVolumePathShowsNothing() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    var expand =
        new ExpandVolume(
            volume.id(),
            node.target("a"),
            Optional.of(node.staging(volume.id())),
            new CapacityRange(GIB, 0));

    assertThat(node.expander.expand(expand).capacityBytes()).isEqualTo(GIB);
  }

  @Test
  void noRangeKeepsTheSize() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    var expand =
        new ExpandVolume(
            volume.id(), node.staging(volume.id()), Optional.empty(), CapacityRange.ANY);

    assertThat(node.expander.expand(expand)).isEqualTo(volume);
  }

  @Test
  void aBlockVolumeGrowsWithItsView() throws Exception {
    Volume volume = node.create("v", TestNode.RAW);
    node.publisher.publish(node.publishReadOnly(volume, "a"));

    Volume grown = node.expander.expand(node.expand(volume, node.target("a"), 2 * GIB));

    assertThat(grown.capacityBytes()).isEqualTo(2 * GIB);
    assertThat(linux.loops().all()).hasSize(2).allMatch(loop -> loop.bytes() == 2 * GIB);
  }

  @Test
  void aDirectoryGrows() throws Exception {
    Volume volume = node.create("v", TestNode.TREE);
    node.publisher.publish(node.publish(volume, "a"));

    Volume grown = node.expander.expand(node.expand(volume, node.target("a"), 2 * GIB));

    assertThat(grown.capacityBytes()).isEqualTo(2 * GIB);
  }

  @Test
  void aHostThatGrowsExt4OnlyUnmountedSaysSo(@TempDir Path other) throws Exception {
    var options = FakeKernel.Options.on(FileSystemType.XFS).withoutOnlineGrowthOfExt4();
    Path elsewhere = other.toRealPath();
    TestNode host = TestNode.started(elsewhere, new FakeKernel(elsewhere, options).linux());
    Volume volume = host.create("v", TestNode.EXT4);
    host.stager.stage(host.stage(volume));
    Path staging = host.staging(volume.id());

    assertThatThrownBy(() -> host.expander.expand(host.expand(volume, staging, 2 * GIB)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("CAP_SYS_RESOURCE");

    host.stager.unstage(host.unstage(volume));
    host.stager.stage(host.stage(volume));
    Usage usage = host.stats.of(volume.id(), staging);
    assertThat(((Usage.Files) usage).totalBytes()).isGreaterThan(GIB);
    assertThat(host.expander.expand(host.expand(volume, staging, 2 * GIB)).capacityBytes())
        .isEqualTo(2 * GIB);
    host.stop();
  }

  private long total(Volume volume, Path path) throws Exception {
    return ((Usage.Files) node.stats.of(volume.id(), path)).totalBytes();
  }
}
