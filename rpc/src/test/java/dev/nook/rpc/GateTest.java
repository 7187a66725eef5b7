package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGrpc;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
  private static final Set<String> OFFERED =
      Set.of(
          "GetPluginInfo",
          "GetPluginCapabilities",
          "Probe",
          "CreateVolume",
          "DeleteVolume",
          "ValidateVolumeCapabilities",
          "ListVolumes",
          "GetCapacity",
          "ControllerGetVolume",
          "CreateSnapshot",
          "DeleteSnapshot",
          "ListSnapshots",
          "GetSnapshot",
          "ControllerGetCapabilities",
          "NodeStageVolume",
          "NodeUnstageVolume",
          "NodePublishVolume",
          "NodeUnpublishVolume",
          "NodeGetVolumeStats",
          "NodeExpandVolume",
          "NodeGetVolumeHealth",
          "NodeGetStorageHealth",
          "NodeGetCapabilities",
          "NodeGetInfo");

  @TempDir Path directory;

  @Test
  void whatIsNotAdvertisedIsUnimplemented() throws Exception {
    var answers = answers(new Gate(new Features(false, false), () -> true));

    assertThat(answers).hasSizeGreaterThan(OFFERED.size());
    answers.forEach((method, status) ->
        assertThat(status.getCode())
            .as(method)
            .isEqualTo(OFFERED.contains(method) ? Status.Code.OK : Status.Code.UNIMPLEMENTED));
    assertThat(status(answers, "ControllerModifyVolume").getDescription())
        .isEqualTo("csi.v1.Controller/ControllerModifyVolume is not offered by this driver");
  }

  @Test
  void aFlagOffersItsCall() throws Exception {
    var answers = answers(new Gate(new Features(true, false), () -> true));

    var offered = new TreeSet<>(OFFERED);
    offered.add("ControllerExpandVolume");
    assertThat(answers)
        .allSatisfy(
            (method, status) -> assertThat(status.isOk()).isEqualTo(offered.contains(method)));
  }

  @Test
  void onlyControllerCallsWaitForTheStore() throws Exception {
    var answers = answers(new Gate(new Features(true, false), () -> false));

    assertThat(status(answers, "ControllerGetCapabilities").isOk()).isTrue();
    assertThat(status(answers, "CreateVolume").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status(answers, "CreateVolume").getDescription()).isNotEmpty();
    assertThat(status(answers, "GetCapacity").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status(answers, "CreateSnapshot").getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status(answers, "ControllerModifyVolume").getCode())
        .isEqualTo(Status.Code.UNIMPLEMENTED);
    assertThat(status(answers, "Probe").isOk()).isTrue();
    assertThat(status(answers, "NodeStageVolume").isOk()).isTrue();
  }

  /// Returns the status of each unary call of the three services.
  private Map<String, Status> answers(Gate gate) throws Exception {
    Map<String, Status> answers = new TreeMap<>();
    for (ServiceDescriptor service :
        List.of(
            IdentityGrpc.getServiceDescriptor(),
            ControllerGrpc.getServiceDescriptor(),
            NodeGrpc.getServiceDescriptor())) {
      try (var socket =
          new SocketServer(directory, Duration.ZERO, new Echo(service), List.of(gate))) {
        for (MethodDescriptor<?, ?> method : service.getMethods()) {
          answers.put(String.valueOf(method.getBareMethodName()), answer(socket, method));
        }
      }
    }
    return answers;
  }

  private static Status status(Map<String, Status> answers, String method) {
    return answers.getOrDefault(method, Status.UNKNOWN);
  }

  private static <A, B> Status answer(SocketServer socket, MethodDescriptor<A, B> method) {
    A empty = method.parseRequest(new ByteArrayInputStream(new byte[0]));
    try {
      ClientCalls.blockingUnaryCall(socket.channel, method, CallOptions.DEFAULT, empty);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }
}
