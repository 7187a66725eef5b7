package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final String FS_TYPE = "csi.storage.k8s.io/fstype";
  private static final Csi.VolumeCapability BLOCK = Asked.block(Mode.SINGLE_NODE_WRITER);

  @ParameterizedTest
  @ValueSource(
      strings = {"Pool", "path", "pathPattern", "mkfsOptions", "fstype", "", "pool ", "../"})
  void anUnknownKeyIsRefused(String key) {
    refused(
        () -> Parameters.of(Map.of(key, "x")),
        "parameters[\"%s\"] is not a parameter".formatted(key));
  }

  @ParameterizedTest
  @CsvSource({
    "backend, lvm, must be loop or directory",
    "backend, '', must be loop or directory",
    "backend, LOOP, must be loop or directory",
    "provisioning, eager, must be thin or thick",
    "quota, no, must be required or none",
    "onDamage, ignore, 'must be refuse, mount or repair'",
    "csi.storage.k8s.io/fstype, btrfs, must be ext4 or xfs",
    "csi.storage.k8s.io/fstype, vfat, must be ext4 or xfs",
    "pool, '', 'must be lower-case letters, digits and inner hyphens, at most 63'",
    "pool, ../fast, 'must be lower-case letters, digits and inner hyphens, at most 63'",
    "pool, -fast, 'must be lower-case letters, digits and inner hyphens, at most 63'"
  })
  void anUnknownValueIsRefused(String key, String value, String why) {
    refused(() -> Parameters.of(Map.of(key, value)), "parameters[\"%s\"] %s".formatted(key, why));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pool", "backend", "retain", ""})
  void aSnapshotClassHasNoParametersOfOurs(String key) throws Exception {
    refused(
        () -> Parameters.ofSnapshot(Map.of(key, "x")),
        "parameters[\"%s\"] is not a parameter".formatted(key));

    Parameters.ofSnapshot(Map.of("csi.storage.k8s.io/volumesnapshot/name", "nightly"));
  }

  @Test
  void oversizedParametersAreRefused() {
    refused(
        () -> Parameters.ofSnapshot(Map.of("csi.storage.k8s.io/x", "x".repeat(4096))),
        "parameters has more than 4096 bytes");
    refused(
        () -> Parameters.of(Map.of("pool", "x".repeat(4096))),
        "parameters has more than 4096 bytes");
    refused(
        () -> Parameters.of(Map.of("x".repeat(129), "")), "parameters is longer than 128 bytes");
  }

  @Test
  void whatIsDoneOnDamageComesBackFromTheVolumeContext() throws Exception {
    assertThat(Parameters.of(Map.of("onDamage", "refuse")).volumeContext()).isEmpty();
    Map<String, String> context = Parameters.of(Map.of("onDamage", "mount")).volumeContext();
    assertThat(context).isEqualTo(Map.of("onDamage", "mount"));

    assertThat(Parameters.onDamage(context)).isEqualTo(OnDamage.MOUNT);
    assertThat(Parameters.onDamage(Map.of("storage.kubernetes.io/csiProvisionerIdentity", "x")))
        .isEqualTo(OnDamage.REFUSE);
    refused(
        () -> Parameters.onDamage(Map.of("onDamage", "../x")),
        "volume_context[\"onDamage\"] must be refuse, mount or repair");
  }

  @Test
  void nonsenseCannotBeWrittenDown() {
    refused(
        () -> Parameters.of(Map.of("backend", "directory", "onDamage", "mount")),
        "parameters[\"onDamage\"] does not apply to directories, which use their pool's filesystem");
    refused(
        () -> Parameters.of(Map.of("backend", "directory", "provisioning", "thick")),
        "parameters[\"provisioning\"] must be thin for directories; use loop for thick volumes");
    refused(
        () -> Parameters.of(Map.of("backend", "directory", FS_TYPE, "xfs")),
        "parameters[\"csi.storage.k8s.io/fstype\"] does not apply to directories, which use their pool's filesystem");
    refused(
        () -> Parameters.of(Map.of("quota", "none")),
        "parameters[\"quota\"] none is for directories only; the image limits a loop volume");
    refused(
        () -> shape(Map.of("backend", "directory"), BLOCK),
        "parameters[\"backend\"] directory has no block volumes; use loop");
    refused(
        () -> shape(Map.of("backend", "directory"), mount("ext4")),
        "volume_capabilities name a filesystem, but a directory uses its pool's");
    refused(
        () -> shape(Map.of(), BLOCK, mount("")),
        "volume_capabilities ask for block and for mount at once");
    refused(
        () -> shape(Map.of(), mount("ext4"), mount("xfs")),
        "volume_capabilities ask for several filesystems: [ext4, xfs]");
  }

  @Test
  void aClassWithoutParametersIsAnExt4Loop() throws Exception {
    assertThat(shape(Map.of(), mount(""))).isEqualTo(formatted(FileSystemType.EXT4));
    assertThat(shape(Map.of())).isEqualTo(formatted(FileSystemType.EXT4));
    assertThat(Parameters.of(Map.of()).pool()).isEmpty();
  }

  @Test
  void theClassTypeCountsWhereTheCapabilityNamesNone() throws Exception {
    assertThat(shape(Map.of(FS_TYPE, "xfs"))).isEqualTo(formatted(FileSystemType.XFS));
    assertThat(shape(Map.of(FS_TYPE, "xfs"), mount(""))).isEqualTo(formatted(FileSystemType.XFS));
    assertThat(shape(Map.of(FS_TYPE, "xfs"), mount("ext4")))
        .isEqualTo(formatted(FileSystemType.EXT4));
    assertThat(shape(Map.of(FS_TYPE, ""), mount("xfs"), mount("")))
        .isEqualTo(formatted(FileSystemType.XFS));
  }

  @Test
  void everyGoodParameterIsRead() throws Exception {
    Parameters parameters =
        Parameters.of(Map.of("pool", "fast", "backend", "loop", "provisioning", "thick"));

    assertThat(parameters.pool()).contains(new PoolName("fast"));
    assertThat(parameters.shape(Capabilities.of(List.of(BLOCK)).supported()))
        .isEqualTo(new Shape.Raw(Provisioning.THICK));
    assertThat(shape(Map.of("backend", "directory"), mount(""))).isEqualTo(new Shape.Tree(true));
    assertThat(shape(Map.of("backend", "directory", "quota", "none")))
        .isEqualTo(new Shape.Tree(false));
  }

  @Test
  void whatKubernetesAddsIsTolerated() throws Exception {
    var added =
        Map.of(
            "csi.storage.k8s.io/pvc/name", "data",
            "csi.storage.k8s.io/pv/name", "pvc-1",
            "csi.storage.k8s.io/provisioner-secret-name", "unused");

    assertThat(shape(added, BLOCK)).isEqualTo(new Shape.Raw(Provisioning.THIN));
  }

  private static Shape shape(Map<String, String> parameters, Csi.VolumeCapability... wanted)
      throws InvalidArgument {
    return Parameters.of(parameters).shape(Capabilities.of(List.of(wanted)).supported());
  }

  private static Csi.VolumeCapability mount(String fsType) {
    return Asked.mount(Mode.SINGLE_NODE_WRITER, fsType);
  }

  private static Shape formatted(FileSystemType type) {
    return new Shape.Formatted(type, Provisioning.THIN);
  }

  private static void refused(ThrowingCallable parse, String message) {
    assertThatThrownBy(parse).isInstanceOf(InvalidArgument.class).hasMessage(message);
  }
}
