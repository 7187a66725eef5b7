package dev.nook.rpc;

import csi.v1.Csi;
import dev.nook.store.error.StorageException.Exhausted;
import dev.nook.store.id.Subject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The one topology segment from which this node's volumes and snapshots are accessible: the key
/// `topology.<driver>/node`, whose value is this node's only.
public record Topology(String key, String value) {
  /// A topology value ([Topology](
  /// https://github.com/container-storage-interface/spec/blob/master/csi.proto)), which is a
  /// Kubernetes label value.
  private static final Pattern LEGAL =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

  private static final String DOMAIN = "topology.";

  /// The longest driver name whose topology key is a Kubernetes label key: the prefix before its
  /// slash has at most 63 characters.
  public static final int LONGEST_DRIVER = 63 - DOMAIN.length();

  /// @param node the node's name; a hash of it becomes the value where the name is not a legal one
  public static Topology of(String driver, String node) {
    if (driver.length() > LONGEST_DRIVER) {
      throw new IllegalArgumentException(
          "driver name %s: longer than %d characters".formatted(driver, LONGEST_DRIVER));
    }
    return new Topology(key(driver), LEGAL.matcher(node).matches() ? node : hash(node));
  }

  /// Returns the topology key of the driver with this name.
  public static String key(String driver) {
    return DOMAIN + driver + "/node";
  }

  public Csi.Topology toWire() {
    return Csi.Topology.newBuilder().putSegments(key, value).build();
  }

  /// Whether this node is in a topology; one without segments matches every node.
  public boolean matches(Csi.Topology place) {
    return Map.of(key, value).entrySet().containsAll(place.getSegmentsMap().entrySet());
  }

  /// Refuses a volume that need not be accessible from this node. Throws Exhausted, so that the CO
  /// asks another node.
  public void require(Subject name, Csi.TopologyRequirement wanted) throws Exhausted {
    if (wanted.getRequisiteCount() + wanted.getPreferredCount() > 0
        && Stream.concat(wanted.getRequisiteList().stream(), wanted.getPreferredList().stream())
            .noneMatch(this::matches)) {
      throw new Exhausted(
          name, "its accessibility_requirements name other nodes than this one, " + value);
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
