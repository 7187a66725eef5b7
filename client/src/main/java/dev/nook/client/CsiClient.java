package dev.nook.client;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.IdentityGrpc;
import csi.v1.NodeGrpc;
import dev.nook.rpc.Connection;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A client that makes the calls of kubelet and the sidecars, over the same socket. A call that
/// fails throws [io.grpc.StatusRuntimeException].
public final class CsiClient implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final Connection connection;

  public CsiClient(Path socket) {
    connection = new Connection(socket);
  }

  public IdentityGrpc.IdentityBlockingStub identity() {
    return IdentityGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  public ControllerGrpc.ControllerBlockingStub controller() {
    return ControllerGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  public NodeGrpc.NodeBlockingStub node() {
    return NodeGrpc.newBlockingStub(connection.channel())
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  public boolean ready() {
    return identity()
        .withWaitForReady()
        .probe(Csi.ProbeRequest.getDefaultInstance())
        .getReady()
        .getValue();
  }

  public Csi.Volume create(
      String name, long bytes, Csi.VolumeCapability capability, Map<String, String> parameters) {
    return create(wanted(name, bytes, capability, parameters));
  }

  /// Creates a volume from a source, with at least this size; 0 means the source's.
  public Csi.Volume copy(
      String name,
      Csi.VolumeContentSource source,
      long bytes,
      Csi.VolumeCapability capability,
      Map<String, String> parameters) {
    return create(wanted(name, bytes, capability, parameters).setVolumeContentSource(source));
  }

  private Csi.Volume create(Csi.CreateVolumeRequest.Builder wanted) {
    return controller().createVolume(wanted.build()).getVolume();
  }

  private static Csi.CreateVolumeRequest.Builder wanted(
      String name, long bytes, Csi.VolumeCapability capability, Map<String, String> parameters) {
    return Csi.CreateVolumeRequest.newBuilder()
        .setName(name)
        .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(bytes))
        .addVolumeCapabilities(capability)
        .putAllParameters(parameters);
  }

  public Csi.Snapshot snapshot(String name, String source) {
    return controller()
        .createSnapshot(
            Csi.CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(source).build())
        .getSnapshot();
  }

  public void deleteSnapshot(String id) {
    var _ =
        controller()
            .deleteSnapshot(Csi.DeleteSnapshotRequest.newBuilder().setSnapshotId(id).build());
  }

  /// Returns how many bytes are available for volumes of this class.
  public long capacity(Map<String, String> parameters) {
    return controller()
        .getCapacity(Csi.GetCapacityRequest.newBuilder().putAllParameters(parameters).build())
        .getAvailableCapacity();
  }

  public void delete(String id) {
    var _ = controller().deleteVolume(Csi.DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
  }

  public void stage(String id, Path staging, Csi.VolumeCapability capability) {
    var _ =
        node()
            .nodeStageVolume(
                Csi.NodeStageVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .setVolumeCapability(capability)
                    .build());
  }

  public void unstage(String id, Path staging) {
    var _ =
        node()
            .nodeUnstageVolume(
                Csi.NodeUnstageVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .build());
  }

  public void publish(
      String id, Path staging, Path target, Csi.VolumeCapability capability, boolean readOnly) {
    var _ =
        node()
            .nodePublishVolume(
                Csi.NodePublishVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setStagingTargetPath(staging.toString())
                    .setTargetPath(target.toString())
                    .setVolumeCapability(capability)
                    .setReadonly(readOnly)
                    .build());
  }

  public void unpublish(String id, Path target) {
    var _ =
        node()
            .nodeUnpublishVolume(
                Csi.NodeUnpublishVolumeRequest.newBuilder()
                    .setVolumeId(id)
                    .setTargetPath(target.toString())
                    .build());
  }

  public long expand(String id, Path target, Path staging, long bytes) {
    return node()
        .nodeExpandVolume(
            Csi.NodeExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(target.toString())
                .setStagingTargetPath(staging.toString())
                .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(bytes))
                .build())
        .getCapacityBytes();
  }

  public Csi.NodeGetVolumeStatsResponse stats(String id, Path target) {
    return node()
        .nodeGetVolumeStats(
            Csi.NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(target.toString())
                .build());
  }

  /// Returns the capability of a mounted volume; an empty type leaves the filesystem to the driver.
  public static Csi.VolumeCapability mounted(String fsType) {
    return capability()
        .setMount(Csi.VolumeCapability.MountVolume.newBuilder().setFsType(fsType))
        .build();
  }

  public static Csi.VolumeCapability block() {
    return capability().setBlock(Csi.VolumeCapability.BlockVolume.getDefaultInstance()).build();
  }

  public static Csi.VolumeContentSource fromSnapshot(String id) {
    var source = Csi.VolumeContentSource.newBuilder();
    source.getSnapshotBuilder().setSnapshotId(id);
    return source.build();
  }

  public static Csi.VolumeContentSource fromVolume(String id) {
    var source = Csi.VolumeContentSource.newBuilder();
    source.getVolumeBuilder().setVolumeId(id);
    return source.build();
  }

  private static Csi.VolumeCapability.Builder capability() {
    return Csi.VolumeCapability.newBuilder()
        .setAccessMode(
            Csi.VolumeCapability.AccessMode.newBuilder()
                .setMode(Csi.VolumeCapability.AccessMode.Mode.SINGLE_NODE_MULTI_WRITER));
  }

  @Override
  public void close() {
    connection.close();
  }
}
