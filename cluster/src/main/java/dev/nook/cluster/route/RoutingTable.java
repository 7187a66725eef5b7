package dev.nook.cluster.route;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.cluster.peer.PeerCalls;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.NotFound;
import dev.nook.store.error.StorageException.Unavailable;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import nook.v1.Nook.HelloResponse;

/// Which node has which pool. A node claims the tags that it says are its own, and keeps them while
/// it is away: whoever says the same meanwhile does not get its volumes. A tag that two nodes claim
/// is nobody's until one of them says otherwise.
public final class RoutingTable implements PeerCalls {
  /// More pools than any node has; a node that claims more is not believed.
  private static final int MOST_TAGS = 256;

  private final String driver;

  @GuardedBy("this")
  private final Map<PoolTag, TreeSet<String>> claims = new HashMap<>();

  /// @param driver the name of the driver, which every node's must have
  public RoutingTable(String driver) {
    this.driver = driver;
  }

  @Override
  public String heard(String node, HelloResponse hello) {
    if (!hello.getNodeId().equals(node)) {
      return "it says that it is node " + hello.getNodeId();
    }
    if (!hello.getDriverName().equals(driver)) {
      return "its driver is " + hello.getDriverName();
    }
    if (hello.getPoolTagsCount() > MOST_TAGS) {
      return "it claims %d pools".formatted(hello.getPoolTagsCount());
    }
    try {
      Set<PoolTag> tags = new HashSet<>();
      hello.getPoolTagsList().forEach(tag -> tags.add(new PoolTag(tag)));
      claim(node, tags, hello.getComplete());
      return "";
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Returns the node that has a volume or snapshot. Throws NotFound for an id that no pool gives
  /// out, and Unavailable while no node, or more than one, says that it has the pool: a pool that
  /// nobody has now is not a volume that was deleted.
  public synchronized String node(StoredId id) throws StorageException {
    PoolTag tag = tag(id).orElseThrow(() -> new NotFound(id, "does not exist"));
    Set<String> claimants = claims.getOrDefault(tag, new TreeSet<>());
    return switch (claimants.size()) {
      case 0 ->
          throw new Unavailable("%s: no node that is known has its pool; retry".formatted(id));
      case 1 -> claimants.iterator().next();
      default ->
          throw new Unavailable(
              "%s: nodes %s all say that they have its pool; remove it from all but one of them"
                  .formatted(id, String.join(" and ", claimants)));
    };
  }

  /// Whether any node says that it has the pool of this id.
  public synchronized boolean knows(StoredId id) {
    return tag(id).filter(claims::containsKey).isPresent();
  }

  private synchronized void claim(String node, Set<PoolTag> tags, boolean all) {
    if (all) {
      claims.forEach((tag, nodes) -> {
        if (!tags.contains(tag)) {
          nodes.remove(node);
        }
      });
      claims.values().removeIf(Set::isEmpty);
    }
    tags.forEach(tag -> claims.computeIfAbsent(tag, _ -> new TreeSet<>()).add(node));
  }

  private static Optional<PoolTag> tag(StoredId id) {
    return id.tag();
  }
}
