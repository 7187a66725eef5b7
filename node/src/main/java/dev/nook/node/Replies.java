package dev.nook.node;

import csi.v1.Csi.NodeExpandVolumeResponse;
import csi.v1.Csi.NodeGetCapabilitiesResponse;
import csi.v1.Csi.NodeGetInfoResponse;
import csi.v1.Csi.NodeGetVolumeStatsResponse;
import csi.v1.Csi.NodeServiceCapability;
import csi.v1.Csi.VolumeUsage;
import dev.nook.store.Volume;
import dev.nook.store.VolumeStore.Usage;
import java.util.Set;

/// The replies that say more than that all is well.
final class Replies {
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
        if (files.totalInodes() > 0) { // btrfs counts none
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
}
