package dev.nook.cluster.place;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.GetCapacityRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The classes of volumes for which somebody has asked lately: a node that is asked for its room
/// says it for all of them.
public final class SeenClasses {
  private static final int MOST = 64;

  /// What the provisioner adds for each claim.
  private static final List<String> OF_A_CLAIM =
      List.of("csi.storage.k8s.io/pvc/", "csi.storage.k8s.io/pv/");

  @GuardedBy("this")
  private final Map<GetCapacityRequest, Boolean> seen = new LinkedHashMap<>(16, 0.75F, true);

  /// Returns a class as nodes are asked for it: without a place, and without the claim that it is
  /// for.
  public static GetCapacityRequest of(GetCapacityRequest asked) {
    return asked.toBuilder().clearAccessibleTopology().build();
  }

  static GetCapacityRequest of(CreateVolumeRequest create) {
    var asked =
        GetCapacityRequest.newBuilder()
            .addAllVolumeCapabilities(create.getVolumeCapabilitiesList());
    create
        .getParametersMap()
        .forEach((key, value) -> {
          if (OF_A_CLAIM.stream().noneMatch(key::startsWith)) {
            asked.putParameters(key, value);
          }
        });
    return asked.build();
  }

  /// Returns all of them, with this one.
  public synchronized List<GetCapacityRequest> with(GetCapacityRequest asked) {
    seen.put(asked, true);
    if (seen.size() > MOST) {
      seen.remove(seen.keySet().iterator().next());
    }
    return List.copyOf(seen.keySet());
  }
}
