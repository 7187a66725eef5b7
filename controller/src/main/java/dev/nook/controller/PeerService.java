package dev.nook.controller;

import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import dev.nook.rpc.Topology;
import dev.nook.rpc.Unary;
import dev.nook.store.PoolStates;
import dev.nook.store.Volumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.PoolTag;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import nook.v1.Nook.HelloRequest;
import nook.v1.Nook.HelloResponse;
import nook.v1.Nook.StatusRequest;
import nook.v1.Nook.StatusResponse;
import nook.v1.PeerGrpc;

/// Tells the controller of a cluster who this node is, which volumes are its own, and what room it
/// has. Its calls do not wait for a disk.
public final class PeerService extends PeerGrpc.PeerImplBase {
  /// Who the node is.
  ///
  /// @param version the driver's
  /// @param maxVolumes how many volumes may be staged at once
  public record Node(
      String id, String driver, String version, Topology here, IntSupplier maxVolumes) {}

  private final Node node;
  private final PoolStates pools;
  private final Volumes volumes;

  public PeerService(Node node, PoolStates pools, Volumes volumes) {
    this.node = node;
    this.pools = pools;
    this.volumes = volumes;
  }

  @Override
  public void hello(HelloRequest request, StreamObserver<HelloResponse> reply) {
    Unary.answer(reply, this::hello);
  }

  @Override
  public void status(StatusRequest request, StreamObserver<StatusResponse> reply) {
    Unary.answer(
        reply,
        () -> {
          var status = StatusResponse.newBuilder().setNode(hello());
          for (GetCapacityRequest asked : request.getClassesList()) {
            status.addCapacities(capacity(asked));
          }
          return status.build();
        });
  }

  private HelloResponse hello() {
    List<Optional<PoolTag>> tags =
        pools.names().stream().map(pool -> pools.status(pool).tag()).toList();
    return HelloResponse.newBuilder()
        .setNodeId(node.id())
        .setDriverName(node.driver())
        .setVersion(node.version())
        .putSegments(node.here().key(), node.here().value())
        .setMaxVolumesPerNode(node.maxVolumes().getAsInt())
        .addAllPoolTags(tags.stream().flatMap(Optional::stream).map(PoolTag::text).toList())
        .setComplete(tags.stream().allMatch(Optional::isPresent))
        .build();
  }

  /// Returns the room for one class. A class that is malformed has none, so that the others are
  /// answered.
  private GetCapacityResponse capacity(GetCapacityRequest asked)
      throws StorageException, IOException {
    try {
      CapacityQuery query = CapacityQuery.from(asked, node.here());
      return Replies.capacity(
          query.servable() ? volumes.capacity(query.pool(), query.shape()) : Volumes.Capacity.NONE);
    } catch (InvalidArgument _) {
      return Replies.capacity(Volumes.Capacity.NONE);
    }
  }
}
