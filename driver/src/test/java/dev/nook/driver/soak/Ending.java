package dev.nook.driver.soak;

import dev.nook.client.CsiClient;
import dev.nook.driver.soak.Subject.OfSnapshot;
import dev.nook.driver.soak.Subject.OfVolume;
import java.io.IOException;
import java.util.List;

/// Deletes everything that one actor has.
record Ending(
    VolumeCalls calls, SnapshotCalls cuts, List<OfVolume> volumes, List<OfSnapshot> snapshots) {
  /// Reads each volume and each snapshot a last time, and deletes it.
  void finish() throws IOException, InterruptedException {
    for (OfSnapshot snapshot : snapshots) {
      var restored = new OfVolume("f" + snapshot.name, snapshot.kind, snapshot.content);
      restored.earliest = snapshot.earliest;
      calls.create(restored, CsiClient.fromSnapshot(snapshot.id()), 0);
      if (cuts.model().volumes.contains(restored)) {
        finish(restored);
      }
      cuts.delete(snapshot);
    }
    for (OfVolume volume : volumes) {
      finish(volume);
    }
  }

  private void finish(OfVolume volume) throws IOException, InterruptedException {
    calls.unpublish(volume);
    calls.unstage(volume); // What is read next comes from the disk.
    calls.stage(volume);
    calls.publish(volume);
    calls.unpublish(volume);
    calls.unstage(volume);
    calls.delete(volume);
  }
}
