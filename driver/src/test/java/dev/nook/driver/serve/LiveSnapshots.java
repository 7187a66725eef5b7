package dev.nook.driver.serve;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/// Makes snapshots of a volume that is being written, and checks a volume made from each: it
/// mounts, its log is valid, and its filesystem has no error.
final class LiveSnapshots {
  private final Rig rig;
  private final Wired source;
  private final LiveWriters writers;
  private final List<Long> nanos = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private long acknowledged;

  LiveSnapshots(Rig rig, Wired source, LiveWriters writers) {
    this.rig = rig;
    this.source = source;
    this.writers = writers;
  }

  /// Returns what was wrong with copies, or with making them.
  List<String> failures() {
    return failures;
  }

  /// Makes a snapshot while the writers work, and checks it while they rest, because a restore
  /// replays everything that was fsynced lately.
  void take(int number) throws ExecutionException, InterruptedException, IOException {
    OrderedLog log = writers.log();
    writers.work();
    long acknowledgedBefore = log.acknowledged();
    long begun = System.nanoTime();
    Csi.Snapshot snapshot = rig.client().snapshot("snapshot-" + number, source.id());
    nanos.add(System.nanoTime() - begun);
    long begunAfter = log.begun();
    writers.work();
    writers.rest();
    try {
      judge("copy-" + number, snapshot, acknowledgedBefore, begunAfter);
      acknowledged += acknowledgedBefore;
    } catch (AssertionError | StatusRuntimeException | Processes.Failed e) {
      failures.add("snapshot %d: %s".formatted(number, e.getMessage()));
    } finally {
      rig.client().deleteSnapshot(snapshot.getSnapshotId());
    }
  }

  private void judge(String name, Csi.Snapshot snapshot, long acknowledgedBefore, long begunAfter)
      throws IOException {
    Kind kind = source.kind();
    var from = CsiClient.fromSnapshot(snapshot.getSnapshotId());
    var made = rig.client().copy(name, from, 0, kind.capability(), kind.parameters());
    Wired copy = rig.wire(name, kind, made);
    try {
      Path copied = LiveWriters.logIn(copy.stage().staging());
      long _ = OrderedLog.requireLegal(copied, acknowledgedBefore, begunAfter);
      check(copy.unstage());
    } finally {
      copy.unstage().delete();
    }
  }

  /// A directory has no filesystem of its own.
  private void check(Wired copy) throws IOException {
    Path image = new Layout(rig.pool()).volume(new VolumeId(copy.id())).image();
    switch (copy.kind()) {
      case EXT4 -> Processes.run(Command.of("e2fsck", "-f", "-n", image.toString()));
      case XFS -> Processes.run(Command.of("xfs_repair", "-n", image.toString()));
      case BLOCK, DIRECTORY -> {}
    }
  }

  @Override
  public String toString() {
    Samples times = Samples.of(nanos);
    return "%d snapshots under write, %d failed; acknowledged records looked for: %d; CreateSnapshot p50 %s, p99 %s"
        .formatted(nanos.size(), failures.size(), acknowledged, times.text(50), times.text(99));
  }
}
