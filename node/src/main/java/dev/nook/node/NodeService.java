package dev.nook.node;

import csi.v1.Csi.NodeExpandVolumeRequest;
import csi.v1.Csi.NodeExpandVolumeResponse;
import csi.v1.Csi.NodeGetCapabilitiesRequest;
import csi.v1.Csi.NodeGetCapabilitiesResponse;
import csi.v1.Csi.NodeGetInfoRequest;
import csi.v1.Csi.NodeGetInfoResponse;
import csi.v1.Csi.NodeGetStorageHealthRequest;
import csi.v1.Csi.NodeGetStorageHealthResponse;
import csi.v1.Csi.NodeGetVolumeHealthRequest;
import csi.v1.Csi.NodeGetVolumeHealthResponse;
import csi.v1.Csi.NodeGetVolumeStatsRequest;
import csi.v1.Csi.NodeGetVolumeStatsResponse;
import csi.v1.Csi.NodePublishVolumeRequest;
import csi.v1.Csi.NodePublishVolumeResponse;
import csi.v1.Csi.NodeStageVolumeRequest;
import csi.v1.Csi.NodeStageVolumeResponse;
import csi.v1.Csi.NodeUnpublishVolumeRequest;
import csi.v1.Csi.NodeUnpublishVolumeResponse;
import csi.v1.Csi.NodeUnstageVolumeRequest;
import csi.v1.Csi.NodeUnstageVolumeResponse;
import csi.v1.NodeGrpc;
import dev.nook.rpc.Features;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Unary;
import io.grpc.stub.StreamObserver;

/// The CSI Node service: each call is parsed, handed to its policy, and answered.
public final class NodeService extends NodeGrpc.NodeImplBase {
  private final Stager stager;
  private final Publisher publisher;
  private final Expander expander;
  private final VolumeStats stats;
  private final Health health;
  private final Features features;
  private final NodeInfo info;

  public NodeService(
      Stager stager,
      Publisher publisher,
      Expander expander,
      VolumeStats stats,
      Health health,
      Features features,
      NodeInfo info) {
    this.stager = stager;
    this.publisher = publisher;
    this.expander = expander;
    this.stats = stats;
    this.health = health;
    this.features = features;
    this.info = info;
  }

  @Override
  public void nodeStageVolume(
      NodeStageVolumeRequest request, StreamObserver<NodeStageVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          stager.stage(StageVolume.from(request));
          return NodeStageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnstageVolume(
      NodeUnstageVolumeRequest request, StreamObserver<NodeUnstageVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          stager.unstage(UnstageVolume.from(request));
          return NodeUnstageVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodePublishVolume(
      NodePublishVolumeRequest request, StreamObserver<NodePublishVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          publisher.publish(PublishVolume.from(request));
          return NodePublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeUnpublishVolume(
      NodeUnpublishVolumeRequest request, StreamObserver<NodeUnpublishVolumeResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          publisher.unpublish(UnpublishVolume.from(request));
          return NodeUnpublishVolumeResponse.getDefaultInstance();
        });
  }

  @Override
  public void nodeExpandVolume(
      NodeExpandVolumeRequest request, StreamObserver<NodeExpandVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.expanded(expander.expand(ExpandVolume.from(request))));
  }

  @Override
  public void nodeGetVolumeStats(
      NodeGetVolumeStatsRequest request, StreamObserver<NodeGetVolumeStatsResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.volumeId(request.getVolumeId());
          var path = Fields.path("volume_path", request.getVolumePath());
          return Replies.usage(stats.of(id, path));
        });
  }

  @Override
  public void nodeGetVolumeHealth(
      NodeGetVolumeHealthRequest request, StreamObserver<NodeGetVolumeHealthResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var id = Fields.volumeId(request.getVolumeId());
          return Replies.health(id, health.of(id));
        });
  }

  @Override
  public void nodeGetStorageHealth(
      NodeGetStorageHealthRequest request, StreamObserver<NodeGetStorageHealthResponse> reply) {
    Unary.answer(reply, () -> Replies.health(health.ofPools()));
  }

  @Override
  public void nodeGetCapabilities(
      NodeGetCapabilitiesRequest request, StreamObserver<NodeGetCapabilitiesResponse> reply) {
    Unary.answer(reply, () -> Replies.capabilities(features.node()));
  }

  /// Answers at once, because it waits for no pool.
  @Override
  public void nodeGetInfo(NodeGetInfoRequest request, StreamObserver<NodeGetInfoResponse> reply) {
    Unary.answer(reply, () -> Replies.info(info));
  }
}
