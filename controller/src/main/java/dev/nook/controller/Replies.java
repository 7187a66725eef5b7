package dev.nook.controller;

import com.google.protobuf.Int64Value;
import csi.v1.Csi;
import csi.v1.Csi.ControllerExpandVolumeResponse;
import csi.v1.Csi.ControllerGetCapabilitiesResponse;
import csi.v1.Csi.ControllerGetVolumeResponse;
import csi.v1.Csi.ControllerServiceCapability;
import csi.v1.Csi.CreateVolumeResponse;
import csi.v1.Csi.GetCapacityResponse;
import csi.v1.Csi.ListVolumesResponse;
import csi.v1.Csi.ValidateVolumeCapabilitiesRequest;
import csi.v1.Csi.ValidateVolumeCapabilitiesResponse;
import dev.nook.rpc.Topology;
import dev.nook.store.Volumes;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds the Controller service's replies. The volume_context has only what the class tells the
/// node: what the volume is stands in the volume's own record.
record Replies(Topology here) {

  CreateVolumeResponse created(Volume volume, Map<String, String> context) {
    return CreateVolumeResponse.newBuilder()
        .setVolume(wire(volume).toBuilder().putAllVolumeContext(context))
        .build();
  }

  ControllerGetVolumeResponse found(Volume volume) {
    return ControllerGetVolumeResponse.newBuilder()
        .setVolume(wire(volume))
        .setStatus(ControllerGetVolumeResponse.VolumeStatus.getDefaultInstance())
        .build();
  }

  ListVolumesResponse listed(Volumes.Page page) {
    var reply = ListVolumesResponse.newBuilder();
    for (Volumes.Listed listed : page.entries()) {
      reply.addEntries(
          ListVolumesResponse.Entry.newBuilder()
              .setVolume(
                  listed
                      .volume()
                      .map(this::wire)
                      .orElseGet(() -> bare(listed.id(), listed.capacityBytes()).build())));
    }
    page.nextToken().ifPresent(reply::setNextToken);
    return reply.build();
  }

  /// @param refused why the capabilities are not confirmed; empty when they are
  static ValidateVolumeCapabilitiesResponse validated(
      ValidateVolumeCapabilitiesRequest asked, Optional<String> refused) {
    var reply = ValidateVolumeCapabilitiesResponse.newBuilder();
    refused.ifPresentOrElse(
        reply::setMessage,
        () ->
            reply
                .getConfirmedBuilder()
                .addAllVolumeCapabilities(asked.getVolumeCapabilitiesList())
                .putAllVolumeContext(asked.getVolumeContextMap())
                .putAllParameters(asked.getParametersMap()));
    return reply.build();
  }

  static GetCapacityResponse capacity(Volumes.Capacity capacity) {
    return GetCapacityResponse.newBuilder()
        .setAvailableCapacity(capacity.availableBytes())
        .setMaximumVolumeSize(Int64Value.of(capacity.maximumVolumeBytes()))
        .setMinimumVolumeSize(Int64Value.of(capacity.minimumVolumeBytes()))
        .build();
  }

  static ControllerExpandVolumeResponse expanded(Provisioner.Expanded expanded) {
    return ControllerExpandVolumeResponse.newBuilder()
        .setCapacityBytes(expanded.volume().capacityBytes())
        .setNodeExpansionRequired(!expanded.complete())
        .build();
  }

  static ControllerGetCapabilitiesResponse capabilities(
      Set<ControllerServiceCapability.RPC.Type> offered) {
    var reply = ControllerGetCapabilitiesResponse.newBuilder();
    offered.forEach(type -> reply.addCapabilitiesBuilder().getRpcBuilder().setType(type));
    return reply.build();
  }

  private Csi.Volume wire(Volume volume) {
    var wire = bare(volume.id(), volume.capacityBytes());
    switch (volume.source()) {
      case VolumeSource.Empty _ -> {}
      case VolumeSource.OfSnapshot(var id) ->
          wire.getContentSourceBuilder().getSnapshotBuilder().setSnapshotId(id.text());
      case VolumeSource.OfVolume(var id) ->
          wire.getContentSourceBuilder().getVolumeBuilder().setVolumeId(id.text());
    }
    return wire.build();
  }

  /// Returns all that is known of a volume whose record cannot be trusted.
  private Csi.Volume.Builder bare(VolumeId id, long capacityBytes) {
    return Csi.Volume.newBuilder()
        .setVolumeId(id.text())
        .setCapacityBytes(capacityBytes)
        .addAccessibleTopology(here.toWire());
  }
}
