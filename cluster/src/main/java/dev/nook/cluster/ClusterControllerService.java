package dev.nook.cluster;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.ControllerExpandVolumeRequest;
import csi.v1.Csi.ControllerExpandVolumeResponse;
import csi.v1.Csi.ControllerGetCapabilitiesRequest;
import csi.v1.Csi.ControllerGetCapabilitiesResponse;
import csi.v1.Csi.ControllerGetVolumeRequest;
import csi.v1.Csi.ControllerGetVolumeResponse;
import csi.v1.Csi.CreateSnapshotRequest;
import csi.v1.Csi.CreateSnapshotResponse;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.CreateVolumeResponse;
import csi.v1.Csi.DeleteSnapshotRequest;
import csi.v1.Csi.DeleteSnapshotResponse;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import csi.v1.Csi.GetSnapshotRequest;
import csi.v1.Csi.GetSnapshotResponse;
import csi.v1.Csi.ListSnapshotsRequest;
import csi.v1.Csi.ListSnapshotsResponse;
import csi.v1.Csi.ValidateVolumeCapabilitiesRequest;
import csi.v1.Csi.ValidateVolumeCapabilitiesResponse;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.place.Placements;
import dev.nook.cluster.place.Placer;
import dev.nook.cluster.place.SeenClasses;
import dev.nook.cluster.route.Router;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Features;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Unary;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import io.grpc.MethodDescriptor;
import io.grpc.stub.StreamObserver;

/// The CSI Controller service of a cluster. It holds nothing and does nothing itself: each call is
/// parsed as far as its way depends on it, and handed to the node that it is for, which checks all
/// of it.
public final class ClusterControllerService extends ControllerGrpc.ControllerImplBase {
  private final Router router;
  private final Creation creation;
  private final Capacities capacities;
  private final SnapshotLists lists;
  private final Features features;

  /// @param driver the name of the driver
  public ClusterControllerService(
      Peers peers, Router router, Placements placements, Features features, String driver) {
    var classes = new SeenClasses();
    this.router = router;
    this.features = features;
    creation = new Creation(new Placer(peers, router, placements, classes, driver), placements);
    capacities = new Capacities(peers, classes, driver);
    lists = new SnapshotLists(router, peers);
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
    Unary.answer(reply, () -> creation.create(request));
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.volumeId(request.getVolumeId());
          return id.tag().isPresent()
              ? route(id, ControllerGrpc.getDeleteVolumeMethod(), request)
              : DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.volumeId(request.getVolumeId());
          var _ = Capabilities.required(request.getVolumeCapabilitiesList());
          return route(id, ControllerGrpc.getValidateVolumeCapabilitiesMethod(), request);
        });
  }

  @Override
  public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> reply) {
    Unary.answer(reply, () -> capacities.of(request));
  }

  @Override
  public void controllerGetVolume(
      ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> reply) {
    Unary.answer(
        reply,
        () ->
            route(
                Fields.volumeId(request.getVolumeId()),
                ControllerGrpc.getControllerGetVolumeMethod(),
                request));
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var offered = ControllerGetCapabilitiesResponse.newBuilder();
          features
              .controller()
              .forEach(type -> offered.addCapabilitiesBuilder().getRpcBuilder().setType(type));
          return offered.build();
        });
  }

  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.volumeId(request.getVolumeId());
          var _ = Fields.requiredRange(request.hasCapacityRange(), request.getCapacityRange());
          return route(id, ControllerGrpc.getControllerExpandVolumeMethod(), request);
        });
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var _ = Fields.name(request.getName());
          var source = Fields.volumeId("source_volume_id", request.getSourceVolumeId());
          return route(source, ControllerGrpc.getCreateSnapshotMethod(), request);
        });
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.snapshotId(request.getSnapshotId());
          return id.tag().isPresent()
              ? route(id, ControllerGrpc.getDeleteSnapshotMethod(), request)
              : DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> reply) {
    Unary.answer(reply, () -> lists.list(request));
  }

  @Override
  public void getSnapshot(GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> reply) {
    Unary.answer(
        reply,
        () ->
            route(
                Fields.snapshotId(request.getSnapshotId()),
                ControllerGrpc.getGetSnapshotMethod(),
                request));
  }

  private <A, B> B route(StoredId id, MethodDescriptor<A, B> method, A request)
      throws StorageException {
    return router.of(id).call(method, request);
  }
}
