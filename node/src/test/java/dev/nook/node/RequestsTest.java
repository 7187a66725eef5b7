package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi.NodeExpandVolumeRequest;
import csi.v1.Csi.NodePublishVolumeRequest;
import csi.v1.Csi.NodeStageVolumeRequest;
import csi.v1.Csi.NodeUnpublishVolumeRequest;
import csi.v1.Csi.NodeUnstageVolumeRequest;
import csi.v1.Csi.VolumeCapability;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.error.StorageException.NotReady;
import dev.nook.store.volume.CapacityRange;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// What is wrong with a request is told in the order that csi-sanity expects: the id first.
final class RequestsTest {
  private static final VolumeCapability MOUNT = capability(Mode.SINGLE_NODE_MULTI_WRITER);

  @Test
  void stageNamesTheFirstThingThatIsMissing() {
    var request = NodeStageVolumeRequest.newBuilder();
    assertInvalid(() -> StageVolume.from(request.build()), "volume_id");
    request.setVolumeId("x");
    assertInvalid(() -> StageVolume.from(request.build()), "staging_target_path");
    request.setStagingTargetPath("/staging");
    assertInvalid(() -> StageVolume.from(request.build()), "volume_capability");
  }

  @Test
  void publishNamesTheFirstThingThatIsMissing() {
    var request = NodePublishVolumeRequest.newBuilder();
    assertInvalid(() -> PublishVolume.from(request.build()), "volume_id");
    request.setVolumeId("x");
    assertInvalid(() -> PublishVolume.from(request.build()), "target_path");
    request.setTargetPath("/target");
    assertInvalid(() -> PublishVolume.from(request.build()), "volume_capability");
    request.setVolumeCapability(MOUNT);
    assertThatThrownBy(() -> PublishVolume.from(request.build()))
        .isInstanceOf(NotReady.class)
        .hasMessageContaining("staging_target_path is missing");
  }

  @Test
  void theUndoingCallsNameTheFirstThingThatIsMissing() {
    var unstage = NodeUnstageVolumeRequest.newBuilder();
    assertInvalid(() -> UnstageVolume.from(unstage.build()), "volume_id");
    unstage.setVolumeId("x");
    assertInvalid(() -> UnstageVolume.from(unstage.build()), "staging_target_path");
    var unpublish = NodeUnpublishVolumeRequest.newBuilder();
    assertInvalid(() -> UnpublishVolume.from(unpublish.build()), "volume_id");
    unpublish.setVolumeId("x");
    assertInvalid(() -> UnpublishVolume.from(unpublish.build()), "target_path");
  }

  @Test
  void expandNamesTheFirstThingThatIsMissing() {
    var request = NodeExpandVolumeRequest.newBuilder();
    assertInvalid(() -> ExpandVolume.from(request.build()), "volume_id");
    request.setVolumeId("x");
    assertInvalid(() -> ExpandVolume.from(request.build()), "volume_path");
    request.setVolumePath("/target").getCapacityRangeBuilder().setRequiredBytes(-1);
    assertInvalid(() -> ExpandVolume.from(request.build()), "capacity_range.required_bytes");
  }

  @Test
  void expandTakesAnyTextForAPathAndAnyRange() throws Exception {
    ExpandVolume expand =
        ExpandVolume.from(
            NodeExpandVolumeRequest.newBuilder()
                .setVolumeId("x")
                .setVolumePath("some/path")
                .build());

    assertThat(expand.path()).hasToString("some/path");
    assertThat(expand.staging()).isEqualTo(Optional.empty());
    assertThat(expand.range()).isEqualTo(CapacityRange.ANY);
  }

  @Test
  void aModeThatNoNodeLocalVolumeServesIsAFailedPrecondition() {
    var request =
        NodeStageVolumeRequest.newBuilder()
            .setVolumeId("x")
            .setStagingTargetPath("/staging")
            .setVolumeCapability(capability(Mode.MULTI_NODE_MULTI_WRITER))
            .build();

    assertThatThrownBy(() -> StageVolume.from(request)).isInstanceOf(NotReady.class);
  }

  @Test
  void aPublishIsReadOnlyByItsFieldItsModeOrItsFlag() throws Exception {
    assertThat(publish(MOUNT, false).readOnly()).isFalse();
    assertThat(publish(MOUNT, true).readOnly()).isTrue();
    assertThat(publish(capability(Mode.SINGLE_NODE_READER_ONLY), false).readOnly()).isTrue();
    assertThat(publish(capability(Mode.MULTI_NODE_READER_ONLY), false).readOnly()).isTrue();
    assertThat(publish(capability(Mode.SINGLE_NODE_WRITER, "ro"), false).readOnly()).isTrue();
  }

  @Test
  void aReadOnlyPublishKeepsItsOtherFlags() throws Exception {
    PublishVolume publish = publish(capability(Mode.SINGLE_NODE_WRITER, "noexec", "rw"), true);

    assertThat(publish.flags()).isEqualTo(MountFlags.of("noexec", "ro"));
    assertThat(publish.stage().flags()).isEqualTo(MountFlags.of("noexec", "rw"));
  }

  @Test
  void equalRequestsAreTheSameCall() throws Exception {
    assertThat(publish(capability(Mode.SINGLE_NODE_WRITER, "noexec", "ro"), true))
        .isEqualTo(publish(capability(Mode.SINGLE_NODE_WRITER, "ro", "noexec"), true))
        .isNotEqualTo(publish(capability(Mode.SINGLE_NODE_WRITER, "ro", "noexec"), false));
  }

  private static PublishVolume publish(VolumeCapability capability, boolean readonly)
      throws Exception {
    return PublishVolume.from(
        NodePublishVolumeRequest.newBuilder()
            .setVolumeId("x")
            .setTargetPath("/target")
            .setStagingTargetPath("/staging")
            .setVolumeCapability(capability)
            .setReadonly(readonly)
            .build());
  }

  private static VolumeCapability capability(Mode mode, String... flags) {
    var capability = VolumeCapability.newBuilder();
    capability.getAccessModeBuilder().setMode(mode);
    capability.getMountBuilder().addAllMountFlags(List.of(flags));
    return capability.build();
  }

  private static void assertInvalid(ThrowingCallable call, String field) {
    assertThatThrownBy(call)
        .isInstanceOf(InvalidArgument.class)
        .hasMessageStartingWith(field + " ");
  }
}
