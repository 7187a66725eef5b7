package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The paths that kubelet gives to every CSI driver: whose they are is what kubelet wrote beside
/// them.
final class ConventionTest extends FakeNode {
  private static final VolumeId GONE = new VolumeId("gone");
  private static final String OTHER = "ebs.csi.aws.com";
  private static final String POD = "pods/uid/volumes/kubernetes.io~csi/pv/mount";
  private static final String PUBLISHED = "plugins/kubernetes.io/csi/volumeDevices/publish/pv/uid";
  private static final String STAGED = "plugins/kubernetes.io/csi/volumeDevices/staging/pv";

  @Test
  void unpublishTakesWhateverLiesWhereKubeletPutsThisDriver() throws Exception {
    Path target = foreignMountAt(POD);
    record(TestNode.DRIVER);

    node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target)));

    assertThat(node.at(target)).isEmpty();
    assertThat(target).doesNotExist();
    assertThat(target.getParent()).isDirectory();
  }

  @Test
  void aMountOfAnotherDriverStays() throws Exception {
    Path target = foreignMountAt(POD);
    record(OTHER);

    assertThatThrownBy(
            () -> node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target))))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(OTHER);

    assertThat(node.at(target)).hasSize(1);
  }

  @Test
  void aBlockVolumeOfAnotherDriverStays() throws Exception {
    Path target = foreignMountAt(PUBLISHED);
    Path staging = foreignMountAt(STAGED);
    blockRecord(OTHER);

    assertThatThrownBy(
            () -> node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target))))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(OTHER);
    assertThatThrownBy(() -> node.stager.unstage(new UnstageVolume(GONE, new KubeletPath(staging))))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(OTHER);

    assertThat(node.at(target)).hasSize(1);
    assertThat(node.at(staging)).hasSize(1);
  }

  @Test
  void aBlockVolumeOfThisDriverIsTaken() throws Exception {
    Path target = foreignMountAt(PUBLISHED);
    blockRecord(TestNode.DRIVER);

    node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target)));

    assertThat(node.at(target)).isEmpty();
    assertThat(target).doesNotExist();
  }

  @Test
  void anEmptyDirectoryOfAnotherDriverStays() throws Exception {
    Path target = node.directory(POD);
    record(OTHER);

    assertThatThrownBy(
            () -> node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target))))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(target).isDirectory();
  }

  @Test
  void aMountWithoutARecordStays() throws Exception {
    Path target = foreignMountAt(POD);

    assertThatThrownBy(
            () -> node.publisher.unpublish(new UnpublishVolume(GONE, new KubeletPath(target))))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("vol_data.json");

    assertThat(node.at(target)).hasSize(1);
  }

  @Test
  void whatThisDriverMountedGoesWithoutARecord() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path target = node.directory(POD);
    record(TestNode.DRIVER);
    node.publisher.publish(publish(volume, target));
    Files.delete(target.resolveSibling("vol_data.json"));

    node.publisher.unpublish(new UnpublishVolume(volume.id(), new KubeletPath(target)));

    assertThat(target).doesNotExist();
  }

  @Test
  void aVolumeThatAnotherDriverShowsToItsPodStays() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    node.stager.stage(node.stage(volume));
    Path target = node.directory(POD);
    linux.mounts().bind(node.staging(volume.id()), target, MountFlags.NONE);
    record(OTHER);

    assertThatThrownBy(() ->
            node.publisher.unpublish(new UnpublishVolume(volume.id(), new KubeletPath(target))))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(OTHER);

    assertThat(node.at(target)).hasSize(1);
  }

  @Test
  void nothingIsShownWhereAnotherDriverShowsItsVolumes() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path target = node.directory(POD);
    record(OTHER);

    assertThatThrownBy(() -> node.publisher.publish(publish(volume, target)))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining(OTHER);
    Files.delete(target.resolveSibling("vol_data.json"));
    assertThatThrownBy(() -> node.publisher.publish(publish(volume, target)))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining("vol_data.json");

    kernel.assertNothingLeft();
  }

  @Test
  void nothingIsStagedWhereAnotherDriverStagesItsVolumes() throws Exception {
    Volume volume = node.create("v", TestNode.XFS);
    Path staging =
        node.directory(
            "plugins/kubernetes.io/csi/" + OTHER + "/" + "0".repeat(64) + "/globalmount");
    var stage =
        new StageVolume(
            volume.id(),
            new KubeletPath(staging),
            node.stage(volume).capability(),
            OnDamage.REFUSE);

    assertThatThrownBy(() -> node.stager.stage(stage))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining(OTHER);
    assertThatThrownBy(
            () -> node.stager.unstage(new UnstageVolume(volume.id(), new KubeletPath(staging))))
        .isInstanceOf(StorageException.NotReady.class);

    kernel.assertNothingLeft();
  }

  private PublishVolume publish(Volume volume, Path target) throws IOException {
    return new PublishVolume(node.stage(volume), new KubeletPath(target), false);
  }

  private Path foreignMountAt(String path) throws IOException {
    Path target = node.directory(path);
    linux.mounts().bind(node.directory("foreign"), target, MountFlags.NONE);
    return target;
  }

  private void record(String driver) throws IOException {
    write(node.directory("pods/uid/volumes/kubernetes.io~csi/pv"), driver);
  }

  private void blockRecord(String driver) throws IOException {
    write(node.directory("plugins/kubernetes.io/csi/volumeDevices/pv/data"), driver);
  }

  /// As kubelet 1.37 writes it.
  private static void write(Path directory, String driver) throws IOException {
    Files.writeString(
        directory.resolve("vol_data.json"),
        """
        {"attachmentID":"csi-0","driverName":"%s","nodeName":"n","specVolID":"pv",\
        "volumeHandle":"h","volumeLifecycleMode":"Persistent"}
        """
            .formatted(driver));
  }
}
