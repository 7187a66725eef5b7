package dev.nook.cluster.place;

import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.GetCapacityRequest;
import dev.nook.cluster.peer.Peer;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.route.Router;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.Exhausted;
import dev.nook.store.error.StorageException.NotReady;
import dev.nook.store.error.StorageException.Unavailable;
import dev.nook.store.id.Name;
import dev.nook.store.id.StoredId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says on which node a new volume is made: the only one that will do; else the one that was chosen
/// before, the one of its source, or the one with most room.
public final class Placer {
  private final Peers peers;
  private final Router router;
  private final Placements placements;
  private final SeenClasses classes;
  private final String driver;

  public Placer(
      Peers peers, Router router, Placements placements, SeenClasses classes, String driver) {
    this.peers = peers;
    this.router = router;
    this.placements = placements;
    this.classes = classes;
    this.driver = driver;
  }

  /// Returns the node for a new volume. Throws Exhausted where no node will ever do, so that the CO
  /// names others; Unavailable where one may do later.
  public Peer place(CreateVolumeRequest create) throws StorageException {
    Name name = Fields.name(create.getName());
    Optional<Peer> source = source(create);
    var terms = Terms.of(create.getAccessibilityRequirements(), driver);
    if (!terms.anywhere() && terms.segments().size() == 1) {
      Peer only = known(name, terms.segments().iterator().next());
      return source.isEmpty() ? only : besideSource(name, only, source.get());
    }
    Optional<Peer> chosen = chosen(name, terms);
    if (chosen.isPresent()) {
      return chosen.get();
    }
    List<Peer> candidates = candidates(name, terms);
    Peer place =
        source.isPresent()
            ? withSource(name, candidates, source.get())
            : roomiest(candidates, SeenClasses.of(create));
    placements.choose(name, place.node());
    return place;
  }

  private Optional<Peer> source(CreateVolumeRequest create) throws StorageException {
    Set<? extends StoredId> pinned =
        Fields.source(create.hasVolumeContentSource(), create.getVolumeContentSource()).pins();
    return pinned.isEmpty() ? Optional.empty() : Optional.of(router.of(pinned.iterator().next()));
  }

  /// Returns the node of a choice that was made before, if it will still do.
  private Optional<Peer> chosen(Name name, Terms terms) throws StorageException {
    Optional<String> node = placements.chosen(name);
    if (node.isEmpty() || !terms.allow(peers.segment(node.get()))) {
      return Optional.empty();
    }
    String segment = peers.segment(node.get());
    if (peers.gone(segment)) {
      placements.clear(name);
    }
    return Optional.of(known(name, segment));
  }

  private Peer known(Name name, String segment) throws StorageException {
    if (peers.gone(segment)) {
      throw new Exhausted(name, "node %s does not belong to the cluster".formatted(segment));
    }
    return peers
        .of(segment)
        .orElseThrow(() ->
            new Unavailable(
                "%s: the driver of node %s is not there; retry".formatted(name, segment)));
  }

  private List<Peer> candidates(Name name, Terms terms) throws StorageException {
    List<Peer> found =
        terms.anywhere()
            ? peers.all()
            : terms.segments().stream().flatMap(segment -> peers.of(segment).stream()).toList();
    if (!found.isEmpty()) {
      return found;
    }
    if (!terms.anywhere() && terms.segments().stream().allMatch(peers::gone)) {
      throw new Exhausted(
          name, "its accessibility_requirements name no node of this driver's cluster");
    }
    throw new Unavailable("%s: no node that will do is known; retry".formatted(name));
  }

  private static Peer withSource(Name name, List<Peer> candidates, Peer source)
      throws StorageException {
    if (candidates.contains(source)) {
      return source;
    }
    return besideSource(name, candidates.getFirst(), source);
  }

  /// Returns a node that is the source's own: from any other one it cannot be copied.
  private static Peer besideSource(Name name, Peer place, Peer source) throws StorageException {
    if (place.equals(source)) {
      return place;
    }
    place.presence().require();
    if (!source.presence().ready()) {
      throw new NotReady(
          name, "its source lies on node %s, which is away".formatted(source.node()));
    }
    throw new Exhausted(
        name,
        "its source lies on node %s, and it can be made on no other one".formatted(source.node()));
  }

  private Peer roomiest(List<Peer> candidates, GetCapacityRequest of) throws StorageException {
    List<GetCapacityRequest> all = classes.with(of);
    candidates.forEach(peer -> peer.askForRoom(of, all));
    Optional<Peer> best = Optional.empty();
    long most = -1;
    for (Peer peer : candidates) {
      long room = peer.presence().ready() ? peer.room(of, all).getAvailableCapacity() : -1;
      if (room > most) {
        best = Optional.of(peer);
        most = room;
      }
    }
    if (best.isEmpty()) {
      candidates.getFirst().presence().require();
    }
    return best.orElse(candidates.getFirst());
  }
}
