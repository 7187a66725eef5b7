package dev.nook.cluster.place;

import csi.v1.Csi;
import dev.nook.rpc.Topology;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Where a new volume may be, by `accessibility_requirements`.
///
/// @param anywhere whether every node will do
/// @param segments otherwise the values of the segments of nodes that will do, the preferred ones
///   first
record Terms(boolean anywhere, Set<String> segments) {
  static Terms of(Csi.TopologyRequirement wanted, String driver) {
    List<Csi.Topology> terms =
        Stream.concat(wanted.getPreferredList().stream(), wanted.getRequisiteList().stream())
            .toList();
    String key = Topology.key(driver);
    Set<String> segments = new LinkedHashSet<>();
    for (Csi.Topology term : terms) {
      if (term.getSegmentsCount() == 1 && term.containsSegments(key)) {
        segments.add(term.getSegmentsOrThrow(key));
      }
    }
    boolean anywhere =
        terms.isEmpty() || terms.stream().anyMatch(term -> term.getSegmentsCount() == 0);
    return new Terms(anywhere, segments);
  }

  boolean allow(String segment) {
    return anywhere || segments.contains(segment);
  }
}
