package dev.nook.cluster;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.ListSnapshotsRequest;
import csi.v1.Csi.ListSnapshotsResponse;
import dev.nook.cluster.peer.Peer;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.route.Router;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.StaleToken;
import dev.nook.store.id.StoredId;
import java.util.List;
import java.util.Optional;

/// Answers ListSnapshots: from the node of the snapshot or source that is asked for; with neither,
/// from one node after the other, in the order of their names. A list that would lack the snapshots
/// of a node that is away is not given.
record SnapshotLists(Router router, Peers peers) {
  ListSnapshotsResponse list(ListSnapshotsRequest request) throws StorageException {
    var filter = Fields.snapshotFilter(request.getSnapshotId(), request.getSourceVolumeId());
    int max = Fields.maxEntries(request.getMaxEntries());
    Optional<? extends StoredId> named = filter.id().isPresent() ? filter.id() : filter.source();
    if (named.isEmpty()) {
      return all(max, Fields.token(request.getStartingToken()));
    }
    return named.get().tag().isPresent()
        ? router.of(named.get()).call(ControllerGrpc.getListSnapshotsMethod(), request)
        : ListSnapshotsResponse.getDefaultInstance();
  }

  private ListSnapshotsResponse all(int max, Optional<String> token) throws StorageException {
    List<Peer> nodes = peers.all();
    int at = token.isPresent() ? at(nodes, token.get()) : 0;
    String inner = token.map(text -> text.substring(text.indexOf('/') + 1)).orElse("");
    var list = ListSnapshotsResponse.newBuilder();
    while (at < nodes.size()) {
      ListSnapshotsResponse page = page(nodes.get(at), max - list.getEntriesCount(), inner);
      list.addAllEntries(page.getEntriesList());
      inner = page.getNextToken();
      at += inner.isEmpty() ? 1 : 0;
      if (list.getEntriesCount() >= max && at < nodes.size()) {
        return list.setNextToken(segment(nodes.get(at)) + "/" + inner).build();
      }
    }
    return list.build();
  }

  private static ListSnapshotsResponse page(Peer node, int max, String token)
      throws StorageException {
    return node.call(
        ControllerGrpc.getListSnapshotsMethod(),
        ListSnapshotsRequest.newBuilder().setMaxEntries(max).setStartingToken(token).build());
  }

  private int at(List<Peer> nodes, String token) throws StaleToken {
    for (int i = 0; i < nodes.size(); i++) {
      if (token.startsWith(segment(nodes.get(i)) + "/")) {
        return i;
      }
    }
    throw new StaleToken(token);
  }

  private String segment(Peer node) {
    return peers.segment(node.node());
  }
}
