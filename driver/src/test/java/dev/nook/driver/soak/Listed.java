package dev.nook.driver.soak;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import java.util.HashMap;
import java.util.Map;

/// The ids and sizes that a driver lists.
final class Listed {
  private Listed() {}

  static Map<String, Long> volumes(CsiClient client) {
    Map<String, Long> listed = new HashMap<>();
    String token = "";
    do {
      var page =
          client
              .controller()
              .listVolumes(
                  Csi.ListVolumesRequest.newBuilder()
                      .setMaxEntries(7)
                      .setStartingToken(token)
                      .build());
      page.getEntriesList()
          .forEach(entry ->
              listed.put(entry.getVolume().getVolumeId(), entry.getVolume().getCapacityBytes()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return listed;
  }

  static Map<String, Long> snapshots(CsiClient client) {
    Map<String, Long> listed = new HashMap<>();
    for (var entry :
        client
            .controller()
            .listSnapshots(Csi.ListSnapshotsRequest.getDefaultInstance())
            .getEntriesList()) {
      assertThat(entry.getSnapshot().getReadyToUse()).isTrue();
      listed.put(entry.getSnapshot().getSnapshotId(), entry.getSnapshot().getSizeBytes());
    }
    return listed;
  }
}
