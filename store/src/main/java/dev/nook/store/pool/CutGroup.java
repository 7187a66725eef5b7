package dev.nook.store.pool;

import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Cut;
import dev.nook.store.backend.Filling;
import dev.nook.store.catalog.Places;
import dev.nook.store.error.StorageException;
import dev.nook.store.home.Construction;
import dev.nook.store.home.Homes;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Claim;
import dev.nook.store.space.Space;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.steps.Complaints;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Snapshots of one pool that are cut together, in three steps: all are prepared; all are cut, with
/// one system call each and nothing in between; all are committed. Closing the group undoes every
/// one of them unless all were committed.
///
/// The commit is one rename for each: a crash between two renames leaves the first snapshots.
final class CutGroup implements Closeable {
  private record Member(
      SnapshotId id,
      Name name,
      Volume source,
      Origin origin,
      Home staged,
      Cut cut,
      Construction<SnapshotId, Snapshot> snapshot) {}

  private final Identity identity;
  private final Layout layout;
  private final Backends<? extends Filling> backends;
  private final Space space;
  private final Homes<SnapshotId, Snapshot> homes;
  private final Places<SnapshotId> places;
  private final List<Member> members = new ArrayList<>();

  /// What was taken for members, released in the opposite order.
  private final Deque<Closeable> taken = new ArrayDeque<>();

  private Instant moment = Instant.EPOCH;

  CutGroup(
      Identity identity,
      Layout layout,
      Backends<? extends Filling> backends,
      Space space,
      Homes<SnapshotId, Snapshot> homes,
      Places<SnapshotId> places) {
    this.identity = identity;
    this.layout = layout;
    this.backends = backends;
    this.space = space;
    this.homes = homes;
    this.places = places;
  }

  /// Prepares one more snapshot: takes its place, claims its bytes, checks that its source can be
  /// copied, and flushes the source.
  ///
  /// @param oneMoment as [dev.nook.store.backend.Filling#prepareCut] has it
  void prepare(SnapshotId id, Name name, Volume source, Runnable oneMoment)
      throws StorageException, IOException {
    Origin origin = Origin.of(source, layout);
    taken.push(places.take(id)::close);
    Claim claim = space.forCut(id, origin);
    taken.push(claim::close);
    Construction<SnapshotId, Snapshot> snapshot = homes.begin(id, claim);
    taken.push(snapshot);
    Home staged = snapshot.stage();
    Cut cut = backends.of(source.content()).prepareCut(origin, staged, oneMoment);
    members.add(new Member(id, name, source, origin, staged, cut, snapshot));
  }

  /// Cuts all that were prepared.
  void cut() throws StorageException, IOException {
    moment = identity.now();
    for (Member member : members) {
      member.cut().cut();
    }
  }

  /// Makes all of them durable, puts them into their places, and adds them to the catalogue once
  /// all are there.
  List<Snapshot> commit() throws StorageException, IOException {
    for (Member member : members) {
      commit(member);
    }
    return members.stream().map(member -> member.snapshot().seal()).toList();
  }

  private void commit(Member member) throws StorageException, IOException {
    member.cut().finish();
    Charge exact = space.ofCut(member.origin(), member.staged());
    Filling backend = backends.of(member.source().content());
    member.snapshot().record(describe(member, exact), () -> backend.sync(member.staged()));
    member.snapshot().commit(exact);
  }

  private Snapshot describe(Member member, Charge charge) {
    return new Snapshot(
        member.id(),
        member.name(),
        identity.pool(),
        member.source().id(),
        member.source().capacityBytes(),
        charge.bytes(),
        member.source().content(),
        moment);
  }

  @Override
  public void close() throws IOException {
    Complaints complaints = new Complaints();
    while (!taken.isEmpty()) {
      complaints.of(taken.pop()::close);
    }
    complaints.raise();
  }
}
