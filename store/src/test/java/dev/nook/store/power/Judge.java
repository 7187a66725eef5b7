package dev.nook.store.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.Snapshots;
import dev.nook.store.Volumes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.StoredId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Checks that a machine keeps, after a power cut, what its clients were promised before.
final class Judge {
  private final Machine machine;
  private final PowerGround ground;
  private final List<Thing> things;
  private final long moment;
  private final RandomGenerator random;
  private final List<Volume> volumes = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();

  Judge(
      Machine machine,
      PowerGround ground,
      List<Thing> things,
      long moment,
      RandomGenerator random) {
    this.machine = machine;
    this.ground = ground;
    this.things = things;
    this.moment = moment;
    this.random = random;
  }

  void judge() throws StorageException, IOException, PoolHeld {
    presence();
    for (Volume volume : volumes) {
      content(volume, thing(volume.id()).records(moment));
    }
    for (Snapshot snapshot : snapshots) {
      assertThat(thing(snapshot.id()).size(moment).holds(snapshot.sizeBytes())).isTrue();
    }
    if (!snapshots.isEmpty()) {
      restore(snapshots.get(random.nextInt(snapshots.size())));
    }
    life();
    ledger();
    end();
  }

  /// Checks that what was acknowledged is there, what was acknowledged as deleted is not, and
  /// nothing else is.
  private void presence() throws StorageException, IOException {
    assertThat(machine.status().quarantined()).as("quarantined").isZero();
    VolumeStore store = machine.store();
    Set<StoredId> present = new HashSet<>();
    for (Volumes.Listed listed : store.list(1000, Optional.empty()).entries()) {
      present.add(listed.id());
      volumes.add(store.get(listed.id()));
    }
    var listed = store.snapshots(Snapshots.Filter.ALL, 1000, Optional.empty()).entries();
    listed.forEach(snapshot -> present.add(snapshot.id()));
    snapshots.addAll(listed);
    for (Thing thing : things) {
      if (thing.mustBe(moment)) {
        assertThat(present).as("acknowledged: %s", thing).contains(thing.id);
      }
      if (!thing.mayBe(moment)) {
        assertThat(present).as("deleted, or not yet asked for: %s", thing).doesNotContain(thing.id);
      }
      present.remove(thing.id);
    }
    assertThat(present).as("never asked for").isEmpty();
  }

  private Thing thing(StoredId id) {
    return things.stream().filter(thing -> thing.id.equals(id)).findFirst().orElseThrow();
  }

  private void content(Volume volume, Thing.Range records) throws StorageException, IOException {
    Thing thing = thing(volume.id());
    assertThat(volume.content().shape()).isEqualTo(thing.shape);
    assertThat(thing.size(moment).holds(volume.capacityBytes()))
        .as("%d bytes of %s, not %s", volume.capacityBytes(), thing, thing.size(moment))
        .isTrue();
    count(volume, records);
  }

  private void count(Volume volume, Thing.Range records) throws StorageException, IOException {
    Path shown = machine.show(volume.id());
    long counted = Numbered.count(shown);
    assertThat(records.holds(counted))
        .as("%d records in %s, not %s", counted, volume.id(), records)
        .isTrue();
    machine.hide(volume.id());
    if (volume.content() instanceof Content.Formatted(var shape, var _)) {
      Machine.check(machine.layout().volume(volume.id()).image(), shape.type());
    }
  }

  private void restore(Snapshot snapshot) throws StorageException, IOException {
    VolumeSpec spec =
        spec(
            "restored",
            snapshot.content().shape(),
            snapshot.sizeBytes(),
            new VolumeSource.OfSnapshot(snapshot.id()));
    Volume made = machine.store().create(spec);
    count(made, thing(snapshot.id()).records(moment));
    machine.store().delete(made.id());
  }

  private static VolumeSpec spec(String name, Shape shape, long bytes, VolumeSource source) {
    return new VolumeSpec(
        new Name(name), Optional.empty(), shape, new CapacityRange(bytes, 0), source);
  }

  /// Checks that every call works.
  private void life() throws StorageException, IOException {
    VolumeStore store = machine.store();
    Shape shape = ground.shapes.get(random.nextInt(ground.shapes.size()));
    long bytes = PowerGround.bytes(shape);
    Volume made = store.create(spec("after", shape, bytes, new VolumeSource.Empty()));
    try (Numbered log = Numbered.in(machine.show(made.id()))) {
      log.append(1);
    }
    machine.hide(made.id());
    Volume grown = store.expand(made.id(), new CapacityRange(bytes + (8 << 20), 0));
    assertThat(grown.capacityBytes()).isEqualTo(bytes + (8 << 20));
    Snapshot cut = store.snapshot(new Name("after"), made.id());
    store.delete(made.id());
    Volume copy =
        store.create(spec("copy", shape, cut.sizeBytes(), new VolumeSource.OfSnapshot(cut.id())));
    count(copy, new Thing.Range(1, 1));
    store.delete(cut.id());
    store.delete(copy.id());
  }

  /// Checks that the charges are those of a driver that starts now.
  private void ledger() throws IOException, PoolHeld {
    machine.sweep();
    long charged = machine.status().chargedBytes();
    machine.restart();
    assertThat(machine.status().chargedBytes()).as("charged after a restart").isEqualTo(charged);
  }

  /// Checks that everything can be deleted, and that nothing is left.
  private void end() throws StorageException, IOException {
    for (Snapshot snapshot : snapshots) {
      machine.store().delete(snapshot.id());
    }
    for (Volume volume : volumes) {
      machine.store().delete(volume.id());
    }
    machine.sweep();
    assertThat(machine.status().chargedBytes()).as("charged for nothing").isZero();
    assertThat(machine.names(machine.layout().volumes())).isEmpty();
    assertThat(machine.names(machine.layout().snapshots())).isEmpty();
    assertThat(machine.names(machine.layout().trash())).isEmpty();
  }
}
