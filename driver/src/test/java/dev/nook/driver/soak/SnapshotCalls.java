package dev.nook.driver.soak;

import dev.nook.driver.soak.Subject.OfSnapshot;
import dev.nook.driver.soak.Subject.OfVolume;
import java.io.IOException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// Makes and deletes snapshots, also while a pod writes.
record SnapshotCalls(Calls calls, Model model, Pod pod, Tally tally) {
  /// @param writes how many writes are made while the snapshot is cut
  void snapshot(OfSnapshot snapshot, OfVolume source, int writes, Random random)
      throws IOException, InterruptedException {
    model.snapshots.add(snapshot);
    int before = writes == 0 ? source.earliest : source.content.moment();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(() -> unchecked(() -> pod.write(source, writes, random)));
    boolean made;
    try {
      made =
          calls.ask(
              snapshot,
              "CreateSnapshot",
              client -> client.snapshot(snapshot.name, source.id()),
              answer -> snapshot.id = answer.getSnapshotId());
    } finally {
      writing.join();
    }
    snapshot.content = source.content.at(source.content.moment());
    snapshot.earliest = before;
    tally.cutUnderWrite.addAndGet(writes == 0 ? 0 : 1);
    if (!made) {
      boolean _ = model.snapshots.remove(snapshot);
    }
  }

  void delete(OfSnapshot snapshot) throws IOException, InterruptedException {
    calls.done(
        snapshot,
        "DeleteSnapshot",
        client -> client.deleteSnapshot(snapshot.id()),
        () -> model.snapshots.remove(snapshot));
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void unchecked(Work work) {
    try {
      work.run();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
