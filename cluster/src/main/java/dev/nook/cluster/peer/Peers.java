package dev.nook.cluster.peer;

import dev.nook.rpc.Topology;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// All nodes of the cluster that are known now.
public final class Peers implements AutoCloseable {
  private static final long GREET_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Discovery discovery;
  private final PeerNetwork network;
  private final String driver;
  private final PeerCalls calls;
  private final PeerMeter meter;

  private final AtomicLong greetedAt = new AtomicLong(System.nanoTime() - GREET_NANOS);

  /// By the value of their topology segment.
  private volatile Map<String, Peer> known = Map.of();

  /// @param driver the name of the driver, which every node's must have
  public Peers(
      Discovery discovery, PeerNetwork network, String driver, PeerCalls calls, PeerMeter meter) {
    this.discovery = discovery;
    this.network = network;
    this.driver = driver;
    this.calls = calls;
    this.meter = meter;
  }

  /// Begins to find nodes and to greet them.
  public void start() {
    discovery.start(this::told);
  }

  /// Returns the node of this name, if it is known.
  public Optional<Peer> named(String node) {
    return of(segment(node));
  }

  /// Returns the node whose topology segment has this value, if it is known.
  public Optional<Peer> of(String segment) {
    return Optional.ofNullable(known.get(segment));
  }

  /// Whether no node with this segment belongs to the cluster any more.
  public boolean gone(String segment) {
    return of(segment).isEmpty() && discovery.gone(segment);
  }

  /// Returns all nodes, in the order of their names.
  public List<Peer> all() {
    return known.values().stream().sorted(Comparator.comparing(Peer::node)).toList();
  }

  public String segment(String node) {
    return Topology.of(driver, node).value();
  }

  /// Greets every node that is not away, because one of them may have a pool that is not known yet;
  /// at most every ten seconds.
  public void greetAll() {
    long now = System.nanoTime();
    long before = greetedAt.get();
    if (now - before < GREET_NANOS || !greetedAt.compareAndSet(before, now)) {
      return;
    }
    all().stream().filter(peer -> peer.presence().ready()).forEach(peer -> peer.presence().greet());
  }

  private synchronized void told(Collection<KnownPeer> peers) {
    Map<String, Peer> next = new HashMap<>();
    for (KnownPeer peer : peers) {
      Optional<Peer> same = named(peer.node()).filter(one -> one.known().equals(peer));
      next.put(segment(peer.node()), same.orElseGet(() -> new Peer(peer, network, calls, meter)));
    }
    Map<String, Peer> before = known;
    known = Map.copyOf(next);
    before.values().stream().filter(Predicate.not(next::containsValue)).forEach(Peer::close);
    next.values().stream()
        .filter(peer -> !before.containsValue(peer))
        .forEach(peer -> peer.presence().greet());
  }

  @Override
  public synchronized void close() {
    discovery.close();
    known.values().forEach(Peer::close);
    network.close();
  }
}
