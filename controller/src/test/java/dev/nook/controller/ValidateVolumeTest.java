package dev.nook.controller;

import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi.ValidateVolumeCapabilitiesRequest;
import csi.v1.Csi.ValidateVolumeCapabilitiesResponse;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidateVolumeTest {
  @TempDir Path folder;
  private Node node;
  private String id;

  @BeforeEach
  void start() throws Exception {
    node = Node.withPool(folder);
    id = node.make(volume("v")).getVolumeId();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void whatIsMalformedIsRefusedIdFirst() {
    var empty = ValidateVolumeCapabilitiesRequest.newBuilder();

    Refused.asInvalid("volume_id must not be empty", () -> validate(empty));
    Refused.asInvalid(
        "volume_capabilities must not be empty", () -> validate(empty.setVolumeId("no-such-id")));
    Refused.asInvalid(
        "volume_capabilities[0].access_mode.mode must be a known mode",
        () -> validate(asked().setVolumeCapabilities(0, Node.mount(Mode.UNKNOWN, ""))));
    Refused.asInvalid(
        "volume_context has more", () -> validate(asked().putVolumeContext("k", large())));
    Refused.asInvalid("parameters has more", () -> validate(asked().putParameters("k", large())));
    Refused.asInvalid(
        "mutable_parameters has more", () -> validate(asked().putMutableParams("k", large())));
  }

  @Test
  void aVolumeThatDoesNotExistIsNotFound() {
    Refused.with(
        Status.Code.NOT_FOUND,
        "no-such-id does not exist",
        () -> validate(asked().setVolumeId("no-such-id")));
  }

  @Test
  void whatTheVolumeCannotDoIsNotConfirmed() {
    notConfirmed(
        "MULTI_NODE_MULTI_WRITER is not supported",
        asked().addVolumeCapabilities(Node.mount(Mode.MULTI_NODE_MULTI_WRITER, "")));
    notConfirmed(
        "fs_type must be ext4 or xfs",
        asked().addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "ntfs")));
    notConfirmed(
        "holds ext4, not xfs",
        asked().addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "xfs")));
    notConfirmed("not raw blocks", asked().addVolumeCapabilities(Node.BLOCK));
    notConfirmed(
        "mount flag \"suid\"",
        asked().addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "", "suid")));
  }

  @Test
  void anotherClassIsNotConfirmed() {
    notConfirmed("is not a parameter", asked().putParameters("colour", "red"));
    notConfirmed("lives in pool default, not fast", asked().putParameters("pool", "fast"));
    notConfirmed("it is thin ext4, not thick ext4", asked().putParameters("provisioning", "thick"));
    notConfirmed("not a directory with quota", asked().putParameters("backend", "directory"));
    notConfirmed("mutable_parameters is not supported", asked().putMutableParams("iops", "1"));
  }

  @Test
  void whatIsConfirmedIsEchoed() {
    var request =
        asked()
            .addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_MULTI_WRITER, "ext4", "noatime"))
            .putVolumeContext("storage.kubernetes.io/csiProvisionerIdentity", "x")
            .putParameters("pool", "default")
            .putParameters("backend", "loop");

    ValidateVolumeCapabilitiesResponse reply = validate(request);

    assertThat(reply.getMessage()).isEmpty();
    assertThat(reply.getConfirmed().getVolumeCapabilitiesList())
        .isEqualTo(request.getVolumeCapabilitiesList());
    assertThat(reply.getConfirmed().getVolumeContextMap()).isEqualTo(request.getVolumeContextMap());
    assertThat(reply.getConfirmed().getParametersMap()).isEqualTo(request.getParametersMap());
  }

  private void notConfirmed(String message, ValidateVolumeCapabilitiesRequest.Builder request) {
    ValidateVolumeCapabilitiesResponse reply = validate(request);

    assertThat(reply.hasConfirmed()).isFalse();
    assertThat(reply.getMessage()).contains(message);
  }

  private ValidateVolumeCapabilitiesRequest.Builder asked() {
    return ValidateVolumeCapabilitiesRequest.newBuilder()
        .setVolumeId(id)
        .addVolumeCapabilities(Node.MOUNT);
  }

  private ValidateVolumeCapabilitiesResponse validate(
      ValidateVolumeCapabilitiesRequest.Builder request) {
    return node.calls.validateVolumeCapabilities(request.build());
  }

  private static String large() {
    return "x".repeat(4096);
  }
}
