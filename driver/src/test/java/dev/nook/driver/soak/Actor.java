package dev.nook.driver.soak;

import dev.nook.client.CsiClient;
import dev.nook.driver.soak.Subject.OfSnapshot;
import dev.nook.driver.soak.Subject.OfVolume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/// A thread that makes random calls for volumes and snapshots of its own.
final class Actor implements Callable<Integer> {
  private static final int MOST_VOLUMES = 4;
  private static final int MOST_SNAPSHOTS = 4;

  private final int number;
  private final Random random;
  private final VolumeCalls calls;
  private final SnapshotCalls cuts;
  private final Pod pod;
  private final List<OfVolume> volumes = new ArrayList<>();
  private final List<OfSnapshot> snapshots = new ArrayList<>();
  private final Model model;
  private int names;
  private volatile boolean over;

  Actor(int number, long seed, VolumeCalls calls, SnapshotCalls cuts) {
    this.number = number;
    this.random = new Random(seed * 31 + number);
    this.calls = calls;
    this.cuts = cuts;
    this.pod = cuts.pod();
    this.model = cuts.model();
  }

  /// Asks it to end when its call has been answered.
  void end() {
    over = true;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int steps = 0;
    over = false;
    while (!over) {
      step();
      volumes.retainAll(model.volumes);
      snapshots.retainAll(model.snapshots);
      steps++;
    }
    return steps;
  }

  private void step() throws IOException, InterruptedException {
    if (volumes.isEmpty() || volumes.size() < MOST_VOLUMES && random.nextInt(6) == 0) {
      create();
    } else if (!snapshots.isEmpty() && random.nextInt(6) == 0) {
      withSnapshot(any(snapshots));
    } else {
      withVolume(any(volumes));
    }
  }

  private void create() throws IOException, InterruptedException {
    VolumeKind kind = VolumeKind.values()[random.nextInt(VolumeKind.values().length)];
    calls.create(added(new OfVolume(name("v"), kind, new Content())), null, kind.bytes());
  }

  private void withSnapshot(OfSnapshot snapshot) throws IOException, InterruptedException {
    if (random.nextInt(3) == 0 || volumes.size() >= MOST_VOLUMES) {
      cuts.delete(snapshot);
      return;
    }
    var restored = new OfVolume(name("r"), snapshot.kind, snapshot.content);
    restored.earliest = snapshot.earliest;
    calls.create(added(restored), CsiClient.fromSnapshot(snapshot.id()), 0);
  }

  private void withVolume(OfVolume volume) throws IOException, InterruptedException {
    if (volume.published) {
      published(volume);
    } else if (volume.staged) {
      staged(volume);
    } else {
      idle(volume);
    }
  }

  private void idle(OfVolume volume) throws IOException, InterruptedException {
    switch (random.nextInt(6)) {
      case 0 -> calls.delete(volume);
      case 1 -> cut(volume, 0);
      case 2 -> copy(volume);
      default -> calls.stage(volume);
    }
  }

  private void staged(OfVolume volume) throws IOException, InterruptedException {
    switch (random.nextInt(6)) {
      case 0 -> calls.unstage(volume);
      case 1 -> calls.stage(volume);
      case 2 -> calls.deleteInUse(volume);
      default -> calls.publish(volume);
    }
  }

  private void published(OfVolume volume) throws IOException, InterruptedException {
    switch (random.nextInt(10)) {
      case 0, 1 -> calls.unpublish(volume);
      case 2 -> calls.publish(volume);
      case 3 -> calls.stats(volume);
      case 4 -> grow(volume);
      case 5 -> cut(volume, 0);
      case 6 -> cut(volume, 8);
      case 7 -> copy(volume);
      default -> pod.write(volume, 1 + random.nextInt(6), random);
    }
  }

  private void grow(OfVolume volume) throws IOException, InterruptedException {
    if (volume.kind.grows() && volume.bytes < 2 * volume.kind.bytes()) {
      calls.grow(volume, volume.bytes + (volume.kind.bytes() >> 2));
    }
  }

  private void cut(OfVolume volume, int writes) throws IOException, InterruptedException {
    if (snapshots.size() < MOST_SNAPSHOTS && volume.canBeCopied()) {
      var snapshot = new OfSnapshot(name("s"), volume);
      snapshots.add(snapshot);
      cuts.snapshot(snapshot, volume, writes, random);
    }
  }

  private void copy(OfVolume volume) throws IOException, InterruptedException {
    if (volumes.size() < MOST_VOLUMES && volume.canBeCopied()) {
      var copy = new OfVolume(name("c"), volume.kind, volume.content.at(volume.content.moment()));
      copy.earliest = volume.earliest;
      calls.create(added(copy), CsiClient.fromVolume(volume.id()), 0);
    }
  }

  /// Returns what deletes everything that it has.
  Ending ending() {
    return new Ending(calls, cuts, volumes, snapshots);
  }

  private OfVolume added(OfVolume volume) {
    volumes.add(volume);
    return volume;
  }

  private String name(String what) {
    return "%s%d-%d".formatted(what, number, ++names);
  }

  private <T> T any(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
