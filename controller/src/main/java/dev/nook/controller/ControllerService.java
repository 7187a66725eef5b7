package dev.nook.controller;

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
import csi.v1.Csi.ListVolumesRequest;
import csi.v1.Csi.ListVolumesResponse;
import csi.v1.Csi.ValidateVolumeCapabilitiesRequest;
import csi.v1.Csi.ValidateVolumeCapabilitiesResponse;
import dev.nook.rpc.Features;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Topology;
import dev.nook.rpc.Unary;
import io.grpc.stub.StreamObserver;

/// The CSI Controller service of one node: each call is parsed, handed to [Provisioner] or
/// [Snapshotter], and answered.
public final class ControllerService extends ControllerGrpc.ControllerImplBase {
  private final Provisioner provisioner;
  private final Snapshotter snapshotter;
  private final Features features;
  private final Topology here;
  private final Replies replies;
  private final SnapshotReplies snapshots;

  public ControllerService(
      Provisioner provisioner, Snapshotter snapshotter, Features features, Topology here) {
    this.provisioner = provisioner;
    this.snapshotter = snapshotter;
    this.features = features;
    this.here = here;
    this.replies = new Replies(here);
    this.snapshots = SnapshotReplies.of(features, here);
  }

  @Override
  public void createVolume(
      CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          CreateVolume create = CreateVolume.from(request, here);
          return replies.created(provisioner.create(create), create.context());
        });
  }

  @Override
  public void deleteVolume(
      DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          provisioner.delete(DeleteVolume.from(request));
          return DeleteVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void validateVolumeCapabilities(
      ValidateVolumeCapabilitiesRequest request,
      StreamObserver<ValidateVolumeCapabilitiesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var validate = ValidateVolume.from(request);
          var volume = provisioner.get(validate.id());
          return Replies.validated(request, validate.refusedBy(volume));
        });
  }

  @Override
  public void listVolumes(ListVolumesRequest request, StreamObserver<ListVolumesResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          int max = Fields.maxEntries(request.getMaxEntries());
          var token = Fields.token(request.getStartingToken());
          return replies.listed(provisioner.list(max, token));
        });
  }

  @Override
  public void getCapacity(GetCapacityRequest request, StreamObserver<GetCapacityResponse> reply) {
    Unary.answer(
        reply, () -> Replies.capacity(provisioner.capacity(CapacityQuery.from(request, here))));
  }

  @Override
  public void controllerGetVolume(
      ControllerGetVolumeRequest request, StreamObserver<ControllerGetVolumeResponse> reply) {
    Unary.answer(
        reply, () -> replies.found(provisioner.get(Fields.volumeId(request.getVolumeId()))));
  }

  @Override
  public void controllerGetCapabilities(
      ControllerGetCapabilitiesRequest request,
      StreamObserver<ControllerGetCapabilitiesResponse> reply) {
    Unary.answer(reply, () -> Replies.capabilities(features.controller()));
  }

  @Override
  public void controllerExpandVolume(
      ControllerExpandVolumeRequest request, StreamObserver<ControllerExpandVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.expanded(provisioner.expand(ExpandVolume.from(request))));
  }

  @Override
  public void createSnapshot(
      CreateSnapshotRequest request, StreamObserver<CreateSnapshotResponse> reply) {
    Unary.answer(
        reply, () -> snapshots.created(snapshotter.create(CreateSnapshot.from(request, here))));
  }

  @Override
  public void deleteSnapshot(
      DeleteSnapshotRequest request, StreamObserver<DeleteSnapshotResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          snapshotter.delete(DeleteSnapshot.from(request));
          return DeleteSnapshotResponse.getDefaultInstance();
        });
  }

  @Override
  public void listSnapshots(
      ListSnapshotsRequest request, StreamObserver<ListSnapshotsResponse> reply) {
    Unary.answer(reply, () -> snapshots.listed(snapshotter.list(ListSnapshots.from(request))));
  }

  @Override
  public void getSnapshot(GetSnapshotRequest request, StreamObserver<GetSnapshotResponse> reply) {
    Unary.answer(
        reply, () -> snapshots.found(snapshotter.get(Fields.snapshotId(request.getSnapshotId()))));
  }
}
