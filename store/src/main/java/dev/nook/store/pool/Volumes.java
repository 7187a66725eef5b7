package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.CapacityRange;
import dev.nook.store.Content;
import dev.nook.store.PoolName;
import dev.nook.store.PoolTag;
import dev.nook.store.Share;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSpec;
import dev.nook.store.record.Holds;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Charge;
import dev.nook.store.space.Claim;
import dev.nook.store.space.Claims;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.Policies;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// Makes the volumes of one pool, empty or from an origin, and deletes them.
final class Volumes {
  private static final long DEFAULT_BYTES = 1L << 30;

  private final PoolName pool;
  private final PoolTag tag;
  private final Layout layout;
  private final Disk disk;
  private final Backends backends;
  private final Records records;
  private final Catalogue<VolumeId, Volume> catalogue;
  private final Policies policies;
  private final Claims claims;
  private final PinnedExtents pinned;
  private final Trash trash;
  private final Templates templates;
  private final Construction<VolumeId, Volume> construction;
  private final Places<VolumeId> places;
  private final Clock clock;

  Volumes(
      PoolName pool,
      PoolTag tag,
      Layout layout,
      Disk disk,
      Backends backends,
      Records records,
      Catalogue<VolumeId, Volume> catalogue,
      Policies policies,
      Claims claims,
      PinnedExtents pinned,
      Trash trash,
      Templates templates,
      Places<VolumeId> places,
      Clock clock) {
    this.pool = pool;
    this.places = places;
    this.tag = tag;
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.policies = policies;
    this.claims = claims;
    this.pinned = pinned;
    this.trash = trash;
    this.templates = templates;
    this.construction = new Construction<>(layout, disk, catalogue, trash);
    this.clock = clock;
  }

  /// The volume that has this spec's name here, equal to it; `Incompatible` when it differs,
  /// `NotReady` when its record cannot be trusted.
  Optional<Volume> existing(VolumeSpec spec) throws StorageException {
    var entry = catalogue.find(VolumeId.of(tag, spec.name()));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    return switch (entry.get()) {
      case Catalogue.Entry.Quarantined(var id, var _, var why) ->
          throw records.quarantined(id, why);
      case Catalogue.Entry.Known(var id, var volume) -> {
        Optional<String> difference = volume.differenceFrom(spec);
        if (difference.isPresent()) {
          throw new StorageException.Incompatible(id, difference.get());
        }
        yield Optional.of(volume);
      }
    };
  }

  /// @param origin what it starts with; empty: nothing
  Volume create(VolumeSpec spec, Optional<Origin> origin) throws StorageException, IOException {
    VolumeId id = VolumeId.of(tag, spec.name());
    Backend backend = backends.of(spec.shape());
    long bytes = size(spec, backend.minimumBytes(spec.shape()), origin);
    requireFits(bytes, backend.maximumBytes());
    Charge worst = worst(spec, bytes, origin);
    try (Places<VolumeId>.Place _ = places.take(id);
        Claim claim = claims.claim(id, worst)) {
      return construction.build(
          id,
          claim,
          staged -> {
            Content content =
                origin.isPresent()
                    ? backend.restore(origin.get(), staged, bytes)
                    : templates.create(backend, staged, spec.shape(), bytes);
            Volume volume = describe(spec, id, bytes, content);
            Charge exact = policies.of(content).of(volume, staged);
            claim.atLeast(exact);
            records.write(staged, volume);
            return new Construction.Made<>(volume, exact);
          });
    }
  }

  private Charge worst(VolumeSpec spec, long bytes, Optional<Origin> origin) throws IOException {
    if (origin.isEmpty()) {
      return Charge.of(bytes, spec.shape().provisioning());
    }
    pinned.copying();
    return policies.of(origin.get().content()).restored(origin.get(), bytes);
  }

  /// Another node's pool may hold one that this one's filesystem cannot.
  private void requireFits(long bytes, long most) throws StorageException {
    if (bytes > most) {
      throw new StorageException.Exhausted(
          "pool " + pool,
          "its filesystem holds no file of %d bytes, the largest has %d".formatted(bytes, most));
    }
  }

  /// `NotReady` while it is in use.
  void delete(VolumeId id) throws StorageException, IOException {
    Home home = layout.volume(id);
    if (disk.stat(home.directory()).isPresent()) {
      requireUnused(id, home);
      try (Holds<VolumeId>.Hold _ = catalogue.holds().take(id)) {
        discard(id);
        catalogue.remove(id);
      }
    } else {
      catalogue.remove(id);
    }
    trash.sync(layout.volumes()); // Also when absent: another call's rename may not be durable.
  }

  /// `NotReady` while it is attached or mounted, in whatever namespace.
  void requireUnused(VolumeId id, Home home) throws StorageException, IOException {
    for (Backend backend : backends.all()) {
      Optional<String> user = backend.usedBy(id, home);
      if (user.isPresent()) {
        throw new StorageException.NotReady(
            id, "it is in use by %s; unpublish and unstage it first".formatted(user.get()));
      }
    }
  }

  private void discard(VolumeId id) throws IOException {
    List<Share> shares = catalogue.known(id).map(Volume::shares).orElse(List.of());
    trash.discard(id, shares);
  }

  private Volume describe(VolumeSpec spec, VolumeId id, long bytes, Content content) {
    Instant created = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Volume(id, spec.name(), pool, bytes, content, spec.source(), created);
  }

  /// A copy has its origin's size at least: `OutOfRange` when less than the recorded one was asked
  /// for.
  private long size(VolumeSpec spec, long minimumBytes, Optional<Origin> origin)
      throws StorageException, IOException {
    if (origin.isEmpty()) {
      return spec.range().pick(spec.name(), minimumBytes, Math.max(DEFAULT_BYTES, minimumBytes));
    }
    long least = origin.get().sizeBytes();
    long required = spec.range().requiredBytes();
    if (required != 0 && required <= least - CapacityRange.BLOCK) {
      throw new StorageException.OutOfRange(
          spec.name(),
          "%s has %d bytes, a volume made from it cannot have %d"
              .formatted(origin.get().id(), least, required));
    }
    Backend backend = backends.of(origin.get().content());
    long there = backend.sizeBytes(origin.get().home(), least);
    return spec.range().pick(spec.name(), there, there);
  }
}
