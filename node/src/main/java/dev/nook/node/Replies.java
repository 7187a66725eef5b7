package dev.nook.node;

import csi.v1.Csi.NodeExpandVolumeResponse;
import csi.v1.Csi.NodeGetCapabilitiesResponse;
import csi.v1.Csi.NodeGetInfoResponse;
import csi.v1.Csi.NodeGetStorageHealthResponse;
import csi.v1.Csi.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.Csi.NodeGetVolumeHealthResponse;
import csi.v1.Csi.NodeGetVolumeStatsResponse;
import csi.v1.Csi.NodeServiceCapability;
import csi.v1.Csi.StorageHealthErrorType;
import csi.v1.Csi.VolumeHealth;
import csi.v1.Csi.VolumeHealth.VolumeHealthEntry;
import csi.v1.Csi.VolumeHealthErrorType;
import csi.v1.Csi.VolumeUsage;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Builds the replies that have content.
final class Replies {
  /// The longest message that Kubernetes takes in a condition, in bytes.
  private static final int MESSAGE_BYTES = 1024;

  private Replies() {}

  static NodeExpandVolumeResponse expanded(Volume volume) {
    return NodeExpandVolumeResponse.newBuilder().setCapacityBytes(volume.capacityBytes()).build();
  }

  static NodeGetVolumeStatsResponse usage(Usage usage) {
    var reply = NodeGetVolumeStatsResponse.newBuilder();
    switch (usage) {
      case Usage.Blocks(var total) ->
          reply.addUsage(VolumeUsage.newBuilder().setUnit(VolumeUsage.Unit.BYTES).setTotal(total));
      case Usage.Files files -> {
        reply.addUsage(
            VolumeUsage.newBuilder()
                .setUnit(VolumeUsage.Unit.BYTES)
                .setTotal(files.totalBytes())
                .setUsed(files.usedBytes())
                .setAvailable(files.availableBytes()));
        if (files.totalInodes() > 0) { // btrfs does not count inodes
          reply.addUsage(
              VolumeUsage.newBuilder()
                  .setUnit(VolumeUsage.Unit.INODES)
                  .setTotal(files.totalInodes())
                  .setUsed(files.usedInodes())
                  .setAvailable(files.availableInodes()));
        }
      }
    }
    return reply.build();
  }

  static NodeGetCapabilitiesResponse capabilities(Set<NodeServiceCapability.RPC.Type> offered) {
    var reply = NodeGetCapabilitiesResponse.newBuilder();
    for (NodeServiceCapability.RPC.Type type : offered) {
      reply.addCapabilities(
          NodeServiceCapability.newBuilder()
              .setRpc(NodeServiceCapability.RPC.newBuilder().setType(type)));
    }
    return reply.build();
  }

  static NodeGetInfoResponse info(NodeInfo node) {
    return NodeGetInfoResponse.newBuilder()
        .setNodeId(node.nodeId())
        .setMaxVolumesPerNode(node.limit().getAsInt())
        .setAccessibleTopology(node.topology().toWire())
        .build();
  }

  /// Returns the reply for a volume. An empty list means that it has no fault; each reason is in it
  /// once.
  static NodeGetVolumeHealthResponse health(VolumeId id, List<VolumeFault> faults) {
    Map<VolumeFault.Reason, String> messages = new LinkedHashMap<>();
    faults.forEach(fault -> messages.merge(fault.reason(), fault.message(), Replies::join));
    var health = VolumeHealth.newBuilder().setVolumeId(id.text());
    messages.forEach((reason, message) ->
        health.addHealthStatuses(
            VolumeHealthEntry.newBuilder()
                .setStatus(status(reason.severity()))
                .setReason(reason.text())
                .setMessage(cut(message))));
    return NodeGetVolumeHealthResponse.newBuilder().setVolumeHealth(health).build();
  }

  private static VolumeHealthErrorType status(VolumeFault.Severity severity) {
    return switch (severity) {
      case DEGRADED -> VolumeHealthErrorType.DEGRADED;
      case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
      case DATA_LOSS -> VolumeHealthErrorType.DATA_LOSS;
    };
  }

  /// Returns the reply for the pools. An empty list means that none has a fault; a reason that
  /// several have is in it once and names them.
  static NodeGetStorageHealthResponse health(List<PoolFault> faults) {
    Map<PoolFault.Reason, String> messages = new LinkedHashMap<>();
    for (PoolFault fault : faults) {
      String message = "pool %s: %s".formatted(fault.pool(), fault.message());
      messages.merge(fault.reason(), message, Replies::join);
    }
    var reply = NodeGetStorageHealthResponse.newBuilder();
    messages.forEach((reason, message) ->
        reply.addBackendHealth(
            StorageBackendHealth.newBuilder()
                .setStatus(
                    reason.unreachable()
                        ? StorageHealthErrorType.STORAGE_UNREACHABLE
                        : StorageHealthErrorType.STORAGE_DEGRADED)
                .setReason(reason.text())
                .setMessage(cut(message))));
    return reply.build();
  }

  private static String join(String one, String other) {
    return one + "; " + other;
  }

  private static String cut(String message) {
    String cut = message;
    while (cut.getBytes(StandardCharsets.UTF_8).length > MESSAGE_BYTES) {
      cut = cut.substring(0, Math.min(cut.length() - 1, MESSAGE_BYTES));
    }
    return cut;
  }
}
