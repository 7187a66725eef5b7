package dev.nook.rpc;

import csi.v1.Csi;
import dev.nook.store.error.StorageException.Exhausted;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The one place that this node's volumes and snapshots are accessible from: one key,
/// `topology.<driver>/node`, whose value is this node's alone.
public record Topology(String key, String value) {
  /// A topology value ([Topology](
  /// https://github.com/container-storage-interface/spec/blob/master/csi.proto)), which is a
  /// Kubernetes label value.
  private static final Pattern LEGAL =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private static final int LONGEST_PREFIX = 63;

  /// @param node the node's name, or a hash of it where it is no legal value
  public static Topology of(String driver, String node) {
    String prefix = "topology." + driver;
    if (prefix.length() > LONGEST_PREFIX) {
      throw new IllegalArgumentException(
          "driver name %s: longer than %d characters"
              .formatted(driver, LONGEST_PREFIX - "topology.".length()));
    }
    return new Topology(prefix + "/node", LEGAL.matcher(node).matches() ? node : hash(node));
  }

  public Csi.Topology toWire() {
    return Csi.Topology.newBuilder().putSegments(key, value).build();
  }

  /// Whether this node is in a place; a place without segments is anywhere.
  public boolean matches(Csi.Topology place) {
    return Map.of(key, value).entrySet().containsAll(place.getSegmentsMap().entrySet());
  }

  /// Refuses what must be accessible from other nodes only: the CO then asks another.
  public void require(Object name, Csi.TopologyRequirement wanted) throws Exhausted {
    if (wanted.getRequisiteCount() + wanted.getPreferredCount() > 0
        && Stream.concat(wanted.getRequisiteList().stream(), wanted.getPreferredList().stream())
            .noneMatch(this::matches)) {
      throw new Exhausted(name, "it is wanted elsewhere, not on node " + value);
    }
  }

  private static String hash(String node) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(node.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
