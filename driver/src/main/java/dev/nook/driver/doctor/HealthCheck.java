package dev.nook.driver.doctor;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.Csi.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.Csi.VolumeHealth.VolumeHealthEntry;
import csi.v1.NodeGrpc;
import dev.nook.rpc.Connection;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Asks the driver of this host, as kubelet does, what is wrong with its pools and volumes.
///
/// @param socket the driver's socket
public record HealthCheck(Path socket) {
  private static final long DEADLINE_SECONDS = 5;
  private static final String SUBJECT = "health";
  private static final String FIX =
      "see \"What is wrong with a volume or a pool\" in docs/operations.md";

  public List<Finding> findings() {
    if (!Files.exists(socket)) {
      return List.of(
          Finding.less(
              SUBJECT,
              "no driver serves at %s, so nothing watches the volumes".formatted(socket),
              "start the driver, or name its socket with --endpoint"));
    }
    try (Connection driver = new Connection(socket)) {
      return ask(driver);
    } catch (StatusRuntimeException e) {
      return List.of(
          Finding.less(
              SUBJECT,
              "the driver at %s says %s".formatted(socket, e.getMessage()),
              "look at its log"));
    }
  }

  private static List<Finding> ask(Connection driver) {
    List<Finding> findings = new ArrayList<>();
    var storage =
        node(driver)
            .nodeGetStorageHealth(Csi.NodeGetStorageHealthRequest.getDefaultInstance())
            .getBackendHealthList();
    storage.forEach(found -> findings.add(of(found)));
    List<String> volumes = volumes(driver);
    for (String id : volumes) {
      var health =
          node(driver)
              .nodeGetVolumeHealth(
                  Csi.NodeGetVolumeHealthRequest.newBuilder().setVolumeId(id).build())
              .getVolumeHealth();
      health.getHealthStatusesList().forEach(found -> findings.add(of(id, found)));
    }
    return findings.isEmpty()
        ? List.of(
            Finding.fine(
                SUBJECT,
                "the driver sees nothing wrong with its pools and %d volumes"
                    .formatted(volumes.size())))
        : findings;
  }

  private static Finding of(StorageBackendHealth found) {
    String subject = "%s, %s".formatted(SUBJECT, found.getReason());
    return found.getStatus() == Csi.StorageHealthErrorType.STORAGE_UNREACHABLE
        ? Finding.missing(subject, found.getMessage(), FIX)
        : Finding.less(subject, found.getMessage(), FIX);
  }

  private static Finding of(String id, VolumeHealthEntry found) {
    String subject = "volume %s, %s".formatted(id, found.getReason());
    return found.getStatus() == Csi.VolumeHealthErrorType.DEGRADED
        ? Finding.less(subject, found.getMessage(), FIX)
        : Finding.missing(subject, found.getMessage(), FIX);
  }

  private static List<String> volumes(Connection driver) {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      var page =
          ControllerGrpc.newBlockingStub(driver.channel())
              .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
              .listVolumes(Csi.ListVolumesRequest.newBuilder().setStartingToken(token).build());
      page.getEntriesList().forEach(entry -> ids.add(entry.getVolume().getVolumeId()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return ids;
  }

  private static NodeGrpc.NodeBlockingStub node(Connection driver) {
    return NodeGrpc.newBlockingStub(driver.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }
}
