package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.Csi.ControllerGetCapabilitiesRequest;
import csi.v1.Csi.ControllerGetVolumeRequest;
import csi.v1.Csi.ControllerServiceCapability.RPC.Type;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.ListVolumesRequest;
import csi.v1.Csi.ListVolumesResponse;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Features;
import dev.nook.store.id.VolumeId;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerServiceTest {
  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = Node.withPool(folder);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void anIdIsRequiredAndShort() {
    for (String id : List.of("", "x".repeat(129))) {
      Refused.asInvalid("volume_id", () -> delete(id));
      Refused.asInvalid("volume_id", () -> find(id));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fake-vol-id",
        "..",
        "../volumes",
        "a/b",
        "a\0b",
        "aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaa-s-aaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void anIdOfNoVolumeHereIsHarmless(String id) {
    String real = node.make(volume("v")).getVolumeId();

    delete(id);

    Refused.with(Status.Code.NOT_FOUND, "does not exist", () -> find(id));
    assertThat(find(real).getVolumeId()).isEqualTo(real);
  }

  @Test
  void aForgedIdOfThisPoolIsHarmless() {
    String real = node.make(volume("v")).getVolumeId();
    String forged = real.substring(0, real.length() - 1) + (real.endsWith("a") ? "b" : "a");

    delete(forged);

    Refused.with(Status.Code.NOT_FOUND, forged, () -> find(forged));
    assertThat(find(real).getVolumeId()).isEqualTo(real);
  }

  @Test
  void aDeletedVolumeIsGoneAndMayBeDeletedAgain() {
    String id = node.make(volume("v")).getVolumeId();

    delete(id);
    delete(id);

    Refused.with(Status.Code.NOT_FOUND, id, () -> find(id));
    assertThat(list(0, "").getEntriesList()).isEmpty();
  }

  @Test
  void aVolumeInUseIsNotDeleted() throws Exception {
    String id = node.make(volume("v")).getVolumeId();
    node.attachments.attach(node.attachments.get(new VolumeId(id)));

    Refused.with(Status.Code.FAILED_PRECONDITION, id, () -> delete(id));

    node.attachments.detach(new VolumeId(id));
    delete(id);
    node.kernel.assertNothingLeft();
  }

  @Test
  void aVolumeThatAnotherCallWorksOnIsPending() throws Exception {
    record NodeStageVolume() {}
    String id = node.make(volume("v")).getVolumeId();

    Object _ =
        node.operations.run(
            new VolumeId(id),
            Set.of(),
            new NodeStageVolume(),
            () -> {
              Refused.with(
                  Status.Code.ABORTED, "NodeStageVolume is still running", () -> delete(id));
              return id;
            });

    assertThat(find(id).getVolumeId()).isEqualTo(id);
  }

  @Test
  void aFoundVolumeHasAStatus() {
    Csi.Volume made = node.make(volume("v"));

    var found = node.calls.controllerGetVolume(get(made.getVolumeId()));

    assertThat(found.getVolume()).isEqualTo(made);
    assertThat(found.hasStatus()).isTrue();
  }

  @Test
  void aListTokenMustBeOneOfOurs() {
    Refused.asInvalid("max_entries must not be negative", () -> list(-1, ""));
    Refused.asInvalid("starting_token is longer", () -> list(0, "x".repeat(129)));
    Refused.with(Status.Code.ABORTED, "was not given out here", () -> list(0, "invalid-token"));
    Refused.with(Status.Code.ABORTED, "was not given out here", () -> list(0, "../\0"));
  }

  @Test
  void pagesShowEveryVolumeOnceThoughTheirEntriesAreDeleted() {
    List<String> made =
        IntStream.range(0, 7)
            .mapToObj(i -> node.make(volume("v" + i)).getVolumeId())
            .sorted()
            .toList();
    List<String> seen = new ArrayList<>();
    String token = "";

    do {
      ListVolumesResponse page = list(2, token);
      assertThat(page.getEntriesCount()).isLessThanOrEqualTo(2);
      for (ListVolumesResponse.Entry entry : page.getEntriesList()) {
        assertThat(entry.getVolume().getCapacityBytes()).isEqualTo(GIB);
        seen.add(entry.getVolume().getVolumeId());
        delete(entry.getVolume().getVolumeId());
      }
      token = page.getNextToken();
    } while (!token.isEmpty());

    assertThat(seen).isEqualTo(made);
  }

  @Test
  void theCapabilitiesAreThoseOfTheFeatures() throws Exception {
    assertThat(capabilities(node))
        .containsExactlyInAnyOrder(
            Type.CREATE_DELETE_VOLUME,
            Type.LIST_VOLUMES,
            Type.GET_CAPACITY,
            Type.GET_VOLUME,
            Type.CREATE_DELETE_SNAPSHOT,
            Type.LIST_SNAPSHOTS,
            Type.GET_SNAPSHOT,
            Type.CLONE_VOLUME,
            Type.SINGLE_NODE_MULTI_WRITER,
            Type.EXPAND_VOLUME);
    try (Node perNode =
        new Node(
            folder.resolve("two"), FileSystemType.XFS, new Features(false, false), "default")) {
      assertThat(capabilities(perNode)).doesNotContain(Type.EXPAND_VOLUME).hasSize(9);
    }
  }

  @Test
  void exactlyWhatIsAdvertisedIsImplemented() {
    Features features = new Features(true, false);
    for (MethodDescriptor<?, ?> method : ControllerGrpc.getServiceDescriptor().getMethods()) {
      assertThat(implemented(method))
          .as(method.getFullMethodName())
          .isEqualTo(features.serve(method.getFullMethodName()));
    }
  }

  private <A, B> boolean implemented(MethodDescriptor<A, B> method) {
    A empty = method.parseRequest(new ByteArrayInputStream(new byte[0]));
    try {
      B _ = ClientCalls.blockingUnaryCall(node.channel, method, CallOptions.DEFAULT, empty);
      return true;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() != Status.Code.UNIMPLEMENTED;
    }
  }

  private void delete(String id) {
    Csi.DeleteVolumeResponse _ =
        node.calls.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  private Csi.Volume find(String id) {
    return node.calls.controllerGetVolume(get(id)).getVolume();
  }

  private static ControllerGetVolumeRequest get(String id) {
    return ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build();
  }

  private ListVolumesResponse list(int max, String token) {
    return node.calls.listVolumes(
        ListVolumesRequest.newBuilder().setMaxEntries(max).setStartingToken(token).build());
  }

  private static List<Type> capabilities(Node node) {
    return node
        .calls
        .controllerGetCapabilities(ControllerGetCapabilitiesRequest.getDefaultInstance())
        .getCapabilitiesList()
        .stream()
        .map(capability -> capability.getRpc().getType())
        .toList();
  }
}
