package dev.nook.rpc;

import csi.v1.Csi.ControllerServiceCapability;
import csi.v1.Csi.NodeServiceCapability;
import csi.v1.Csi.PluginCapability;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What this driver offers. The three capability replies and [Gate] read this one record, so what
/// is advertised and what is answered agree.
///
/// @param controllerExpand whether the controller expands volumes; with a driver per node they are
///   expanded on the node, because csi-resizer talks to one driver only
/// @param snapshotTopology whether snapshots say from which node they can be used (alpha in CSI
///   v1.13)
/// @param serves the part of a driver that it is for
public record Features(boolean controllerExpand, boolean snapshotTopology, Part serves) {
  /// Which services a driver offers, and of what.
  public enum Part {
    /// All of them, for the volumes of one node.
    NODE,

    /// Identity and Controller, for the volumes of every node. It lists no volumes: where there are
    /// many nodes, one is always away.
    CLUSTER
  }

  private static final Set<String> ALWAYS =
      Set.of(
          "csi.v1.Identity/GetPluginInfo",
          "csi.v1.Identity/GetPluginCapabilities",
          "csi.v1.Identity/Probe",
          "csi.v1.Controller/ControllerGetCapabilities",
          "csi.v1.Controller/ValidateVolumeCapabilities");

  private static final Set<String> ALWAYS_ON_A_NODE =
      Set.of(
          "csi.v1.Node/NodeGetCapabilities",
          "csi.v1.Node/NodeGetInfo",
          "csi.v1.Node/NodePublishVolume",
          "csi.v1.Node/NodeUnpublishVolume",
          "nook.v1.Volumes/CheckVolume",
          "nook.v1.Volumes/RepairVolume",
          "nook.v1.Volumes/RestoreVolume",
          "nook.v1.Volumes/ForgetVolume",
          "nook.v1.Peer/Hello",
          "nook.v1.Peer/Status");

  /// What a node offers.
  public Features(boolean controllerExpand, boolean snapshotTopology) {
    this(controllerExpand, snapshotTopology, Part.NODE);
  }

  /// What the controller of a cluster offers.
  public static Features ofCluster(boolean snapshotTopology) {
    return new Features(true, snapshotTopology, Part.CLUSTER);
  }

  public List<PluginCapability> plugin() {
    List<PluginCapability> offered = new ArrayList<>();
    offered.add(service(PluginCapability.Service.Type.CONTROLLER_SERVICE));
    offered.add(service(PluginCapability.Service.Type.VOLUME_ACCESSIBILITY_CONSTRAINTS));
    if (snapshotTopology) {
      offered.add(service(PluginCapability.Service.Type.SNAPSHOT_ACCESSIBILITY_CONSTRAINTS));
    }
    offered.add(
        PluginCapability.newBuilder()
            .setVolumeExpansion(
                PluginCapability.VolumeExpansion.newBuilder()
                    .setType(PluginCapability.VolumeExpansion.Type.ONLINE))
            .build());
    return List.copyOf(offered);
  }

  public Set<ControllerServiceCapability.RPC.Type> controller() {
    var offered =
        EnumSet.of(
            ControllerServiceCapability.RPC.Type.CREATE_DELETE_VOLUME,
            ControllerServiceCapability.RPC.Type.LIST_VOLUMES,
            ControllerServiceCapability.RPC.Type.GET_CAPACITY,
            ControllerServiceCapability.RPC.Type.CREATE_DELETE_SNAPSHOT,
            ControllerServiceCapability.RPC.Type.LIST_SNAPSHOTS,
            ControllerServiceCapability.RPC.Type.CLONE_VOLUME,
            ControllerServiceCapability.RPC.Type.GET_VOLUME,
            ControllerServiceCapability.RPC.Type.GET_SNAPSHOT,
            ControllerServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER);
    if (serves == Part.CLUSTER) {
      offered.remove(ControllerServiceCapability.RPC.Type.LIST_VOLUMES);
    }
    if (controllerExpand) {
      offered.add(ControllerServiceCapability.RPC.Type.EXPAND_VOLUME);
    }
    return offered;
  }

  public Set<NodeServiceCapability.RPC.Type> node() {
    if (serves == Part.CLUSTER) {
      return Set.of();
    }
    return EnumSet.of(
        NodeServiceCapability.RPC.Type.STAGE_UNSTAGE_VOLUME,
        NodeServiceCapability.RPC.Type.GET_VOLUME_STATS,
        NodeServiceCapability.RPC.Type.EXPAND_VOLUME,
        NodeServiceCapability.RPC.Type.SINGLE_NODE_MULTI_WRITER,
        NodeServiceCapability.RPC.Type.GET_VOLUME_HEALTH,
        NodeServiceCapability.RPC.Type.GET_STORAGE_HEALTH);
  }

  /// Whether the method with this full name is offered.
  public boolean serve(String method) {
    return ALWAYS.contains(method)
        || serves == Part.NODE && ALWAYS_ON_A_NODE.contains(method)
        || controller().stream().anyMatch(offered -> calls(offered).contains(method))
        || node().stream().anyMatch(offered -> calls(offered).contains(method));
  }

  private static Set<String> calls(ControllerServiceCapability.RPC.Type offered) {
    return switch (offered) {
      case CREATE_DELETE_VOLUME ->
          Set.of("csi.v1.Controller/CreateVolume", "csi.v1.Controller/DeleteVolume");
      case LIST_VOLUMES -> Set.of("csi.v1.Controller/ListVolumes");
      case GET_CAPACITY -> Set.of("csi.v1.Controller/GetCapacity");
      case GET_VOLUME -> Set.of("csi.v1.Controller/ControllerGetVolume");
      case CREATE_DELETE_SNAPSHOT ->
          Set.of("csi.v1.Controller/CreateSnapshot", "csi.v1.Controller/DeleteSnapshot");
      case LIST_SNAPSHOTS -> Set.of("csi.v1.Controller/ListSnapshots");
      case GET_SNAPSHOT -> Set.of("csi.v1.Controller/GetSnapshot");
      case EXPAND_VOLUME -> Set.of("csi.v1.Controller/ControllerExpandVolume");
      default -> Set.of();
    };
  }

  private static Set<String> calls(NodeServiceCapability.RPC.Type offered) {
    return switch (offered) {
      case STAGE_UNSTAGE_VOLUME ->
          Set.of("csi.v1.Node/NodeStageVolume", "csi.v1.Node/NodeUnstageVolume");
      case GET_VOLUME_STATS -> Set.of("csi.v1.Node/NodeGetVolumeStats");
      case EXPAND_VOLUME -> Set.of("csi.v1.Node/NodeExpandVolume");
      case GET_VOLUME_HEALTH -> Set.of("csi.v1.Node/NodeGetVolumeHealth");
      case GET_STORAGE_HEALTH -> Set.of("csi.v1.Node/NodeGetStorageHealth");
      default -> Set.of();
    };
  }

  private static PluginCapability service(PluginCapability.Service.Type type) {
    return PluginCapability.newBuilder()
        .setService(PluginCapability.Service.newBuilder().setType(type))
        .build();
  }
}
