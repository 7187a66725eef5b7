package dev.nook.store.power;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.power.Thing.Range;
import dev.nook.store.power.Thing.Step;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import dev.nook.testing.power.RecordedDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/// Clients that create, write, expand, copy and delete volumes at random, while a pod appends to
/// one of them all the time. No name is used twice.
final class Workload {
  private static final int MOST_VOLUMES = 4;
  private static final int MOST_SNAPSHOTS = 2;
  private static final long MIB = 1L << 20;

  private final Machine machine;
  private final PowerGround ground;
  private final RecordedDisk disk;
  private final SplittableRandom random;
  private final List<Thing> things = new ArrayList<>();
  private final List<Long> moments = new ArrayList<>();
  private final ConcurrentHashMap<StoredId, Range> written = new ConcurrentHashMap<>();
  private int names;

  Workload(Machine machine, PowerGround ground, RecordedDisk disk, long seed) {
    this.machine = machine;
    this.ground = ground;
    this.disk = disk;
    this.random = new SplittableRandom(seed);
  }

  /// Returns everything that ever existed.
  List<Thing> things() {
    return things;
  }

  /// Returns the moments of acknowledgements, in order.
  List<Long> moments() {
    return moments;
  }

  void run(int steps) throws IOException, InterruptedException, StorageException {
    Thing busy = create(ground.shapes.getFirst(), new VolumeSource.Empty(), Optional.empty());
    Path shown = machine.show((VolumeId) busy.id);
    try (Pod pod = new Pod(Numbered.in(shown), busy)) {
      for (int i = 0; i < steps; i++) {
        step(busy);
        pod.requireAlive();
      }
    }
    machine.hide((VolumeId) busy.id);
  }

  /// One volume is written all the time.
  private final class Pod implements AutoCloseable {
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Optional<IOException> failure = Optional.empty();

    Pod(Numbered log, Thing volume) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try (log) {
                  while (!stopped) {
                    append(log, volume);
                    Thread.sleep(3);
                  }
                } catch (IOException e) {
                  failure = Optional.of(e);
                } catch (InterruptedException _) {
                  Thread.currentThread().interrupt();
                }
              });
    }

    void requireAlive() throws IOException {
      if (failure.isPresent()) {
        throw failure.get();
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      stopped = true;
      thread.join();
      requireAlive();
    }
  }

  private void append(Numbered log, Thing volume) throws IOException {
    long least = written(volume.id).least();
    long begun = disk.position();
    written.put(volume.id, new Range(least, least + 1));
    volume.wrote(new Step(begun, Thing.NEVER, least, least + 1));
    log.append((int) least + 1);
    volume.wrote(new Step(begun, disk.position(), least + 1, least + 1));
    written.put(volume.id, new Range(least + 1, least + 1));
  }

  private Range written(StoredId id) {
    return written.getOrDefault(id, new Range(0, 0));
  }

  private void step(Thing busy) throws StorageException, IOException {
    List<Thing> volumes = living(VolumeId.class);
    List<Thing> snapshots = living(SnapshotId.class);
    List<Thing> idle = volumes.stream().filter(volume -> volume != busy).toList();
    List<Thing> sources = ground.copiesInUse() ? volumes : idle;
    switch (random.nextInt(10)) {
      case 0 ->
          make(
              volumes,
              () -> create(any(ground.shapes), new VolumeSource.Empty(), Optional.empty()));
      case 1, 2 -> each(sources, source -> make(volumes, () -> copy(source)));
      case 3 -> each(snapshots, source -> make(volumes, () -> copy(source)));
      case 4, 5 ->
          each(
              sources,
              source -> {
                if (snapshots.size() < MOST_SNAPSHOTS) {
                  snapshot(source);
                }
              });
      case 6 -> each(snapshots, this::delete);
      case 7 -> each(volumes, this::grow);
      case 8 -> each(idle, this::write);
      default -> {
        if (idle.size() > 1) {
          delete(any(idle));
        }
        machine.sweep();
      }
    }
  }

  private interface Act<T> {
    void on(T thing) throws StorageException, IOException;
  }

  private interface Making {
    Thing make() throws StorageException, IOException;
  }

  private void make(List<Thing> volumes, Making making) throws StorageException, IOException {
    if (volumes.size() < MOST_VOLUMES) {
      Thing _ = making.make();
    }
  }

  private void each(List<Thing> from, Act<Thing> act) throws StorageException, IOException {
    if (!from.isEmpty()) {
      act.on(any(from));
    }
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private List<Thing> living(Class<? extends StoredId> kind) {
    return things.stream()
        .filter(thing -> thing.deletion == Thing.NEVER && kind.isInstance(thing.id))
        .toList();
  }

  private Thing copy(Thing from) throws StorageException, IOException {
    VolumeSource source =
        switch (from.id) {
          case VolumeId id -> new VolumeSource.OfVolume(id);
          case SnapshotId id -> new VolumeSource.OfSnapshot(id);
        };
    return create(from.shape, source, Optional.of(from));
  }

  private Thing create(Shape shape, VolumeSource source, Optional<Thing> origin)
      throws StorageException, IOException {
    long most = origin.map(from -> from.size(Thing.NEVER).least()).orElse(PowerGround.bytes(shape));
    VolumeSpec spec =
        new VolumeSpec(
            new Name("volume-" + ++names),
            Optional.empty(),
            shape,
            new CapacityRange(most, 0),
            source);
    long before = origin.map(from -> written(from.id).least()).orElse(0L);
    long begun = disk.position();
    Thing thing = new Thing(machine.store().idOf(spec), shape, Optional.empty(), begun);
    things.add(thing);
    thing.sized(new Step(begun, Thing.NEVER, 0, most));
    Volume made = machine.store().create(spec);
    made(thing, made.capacityBytes(), before, origin);
    return thing;
  }

  private void snapshot(Thing source) throws StorageException, IOException {
    Name name = new Name("snapshot-" + ++names);
    VolumeId of = (VolumeId) source.id;
    long before = written(of).least();
    long begun = disk.position();
    Thing thing = new Thing(machine.store().idOf(name, of), source.shape, Optional.of(of), begun);
    things.add(thing);
    thing.sized(new Step(begun, Thing.NEVER, 0, source.size(Thing.NEVER).most()));
    Snapshot made = machine.store().snapshot(name, of);
    made(thing, made.sizeBytes(), before, Optional.of(source));
  }

  /// @param before how many records the source had at least when the copy was begun
  private void made(Thing thing, long bytes, long before, Optional<Thing> origin)
      throws IOException {
    long after = origin.map(from -> written(from.id).most()).orElse(0L);
    thing.acknowledged = moment();
    thing.sized(new Step(thing.begun, thing.acknowledged, bytes, bytes));
    thing.wrote(new Step(thing.begun, thing.acknowledged, before, after));
    written.put(thing.id, new Range(before, after));
  }

  private void delete(Thing thing) throws StorageException, IOException {
    thing.deletion = disk.position();
    switch (thing.id) {
      case VolumeId id -> machine.store().delete(id);
      case SnapshotId id -> machine.store().delete(id);
    }
    thing.deleted = moment();
  }

  private void grow(Thing volume) throws StorageException, IOException {
    long bytes = volume.size(Thing.NEVER).least() + 4 * MIB;
    long begun = disk.position();
    volume.sized(new Step(begun, Thing.NEVER, 0, bytes));
    Volume grown = machine.store().expand((VolumeId) volume.id, new CapacityRange(bytes, 0));
    volume.sized(new Step(begun, moment(), grown.capacityBytes(), grown.capacityBytes()));
  }

  private void write(Thing volume) throws StorageException, IOException {
    Path shown = machine.show((VolumeId) volume.id);
    long there = Numbered.count(shown);
    written.put(volume.id, new Range(there, there));
    try (Numbered log = Numbered.in(shown)) {
      for (int i = 0; i < 4; i++) {
        append(log, volume);
        moments.add(disk.position());
      }
    }
    machine.hide((VolumeId) volume.id);
  }

  private long moment() throws IOException {
    long now = disk.position();
    moments.add(now);
    return now;
  }
}
