package dev.nook.cluster;

import com.google.protobuf.Int64Value;
import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import dev.nook.cluster.peer.Peer;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.place.SeenClasses;
import dev.nook.rpc.Topology;
import java.util.List;

/// Answers GetCapacity. It never fails: a node that is away or unknown has no room, because an
/// error makes csi-provisioner ask again for each node and class, more and more often.
record Capacities(Peers peers, SeenClasses classes, String driver) {
  GetCapacityResponse of(GetCapacityRequest request) {
    GetCapacityRequest asked = SeenClasses.of(request);
    List<GetCapacityRequest> all = classes.with(asked);
    if (request.getAccessibleTopology().getSegmentsCount() == 0) {
      return everywhere(asked, all);
    }
    String segment = request.getAccessibleTopology().getSegmentsOrDefault(Topology.key(driver), "");
    return peers
        .of(segment)
        .map(peer -> peer.room(asked, all))
        .orElse(GetCapacityResponse.getDefaultInstance());
  }

  /// Returns the room of all nodes together; a volume can have what the roomiest one allows.
  private GetCapacityResponse everywhere(GetCapacityRequest asked, List<GetCapacityRequest> all) {
    List<Peer> nodes = peers.all();
    nodes.forEach(peer -> peer.askForRoom(asked, all));
    long available = 0;
    long largest = 0;
    long smallest = Long.MAX_VALUE;
    for (Peer peer : nodes) {
      GetCapacityResponse room = peer.room(asked, all);
      available = saturated(available, room.getAvailableCapacity());
      if (room.hasMaximumVolumeSize()) {
        largest = Math.max(largest, room.getMaximumVolumeSize().getValue());
        smallest = Math.min(smallest, room.getMinimumVolumeSize().getValue());
      }
    }
    var reply = GetCapacityResponse.newBuilder().setAvailableCapacity(available);
    if (smallest <= largest) {
      reply
          .setMaximumVolumeSize(Int64Value.of(largest))
          .setMinimumVolumeSize(Int64Value.of(smallest));
    }
    return reply.build();
  }

  private static long saturated(long one, long other) {
    return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
  }
}
