package dev.nook.controller;

import com.google.protobuf.Timestamp;
import csi.v1.Csi;
import csi.v1.Csi.CreateSnapshotResponse;
import csi.v1.Csi.GetSnapshotResponse;
import csi.v1.Csi.ListSnapshotsResponse;
import dev.nook.rpc.Features;
import dev.nook.rpc.Topology;
import dev.nook.store.Snapshots;
import dev.nook.store.volume.Snapshot;
import java.time.Instant;
import java.util.List;

/// Builds the Controller service's replies about snapshots. A snapshot that exists is durable, so
/// it is always ready to use.
///
/// @param places from where a snapshot can be used
///   ([Snapshot](https://github.com/container-storage-interface/spec/blob/master/csi.proto)); empty
///   unless the plugin advertises that it says so
record SnapshotReplies(List<Csi.Topology> places) {
  static SnapshotReplies of(Features features, Topology here) {
    return new SnapshotReplies(features.snapshotTopology() ? List.of(here.toWire()) : List.of());
  }

  CreateSnapshotResponse created(Snapshot snapshot) {
    return CreateSnapshotResponse.newBuilder().setSnapshot(wire(snapshot)).build();
  }

  GetSnapshotResponse found(Snapshot snapshot) {
    return GetSnapshotResponse.newBuilder().setSnapshot(wire(snapshot)).build();
  }

  ListSnapshotsResponse listed(Snapshots.Page page) {
    var reply = ListSnapshotsResponse.newBuilder();
    for (Snapshot snapshot : page.entries()) {
      reply.addEntries(ListSnapshotsResponse.Entry.newBuilder().setSnapshot(wire(snapshot)));
    }
    page.nextToken().ifPresent(reply::setNextToken);
    return reply.build();
  }

  private Csi.Snapshot wire(Snapshot snapshot) {
    return Csi.Snapshot.newBuilder()
        .setSnapshotId(snapshot.id().text())
        .setSourceVolumeId(snapshot.source().text())
        .setSizeBytes(snapshot.sizeBytes())
        .setCreationTime(wire(snapshot.cut()))
        .setReadyToUse(true)
        .addAllAccessibleTopology(places)
        .build();
  }

  private static Timestamp wire(Instant moment) {
    return Timestamp.newBuilder()
        .setSeconds(moment.getEpochSecond())
        .setNanos(moment.getNano())
        .build();
  }
}
