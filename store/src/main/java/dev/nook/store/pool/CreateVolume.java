package dev.nook.store.pool;

import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Filling;
import dev.nook.store.catalog.Places;
import dev.nook.store.error.StorageException;
import dev.nook.store.home.Construction;
import dev.nook.store.home.Homes;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Claim;
import dev.nook.store.space.Space;
import dev.nook.store.trash.Templates;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.Optional;

/// Creates the volumes of one pool, empty or from a source.
public final class CreateVolume {
  private static final long DEFAULT_BYTES = 1L << 30;

  private final Identity identity;
  private final Backends<? extends Filling> backends;
  private final Space space;
  private final Homes<VolumeId, Volume> homes;
  private final Places<VolumeId> places;
  private final Templates templates;

  public CreateVolume(
      Identity identity,
      Backends<? extends Filling> backends,
      Space space,
      Homes<VolumeId, Volume> homes,
      Places<VolumeId> places,
      Templates templates) {
    this.identity = identity;
    this.backends = backends;
    this.space = space;
    this.homes = homes;
    this.places = places;
    this.templates = templates;
  }

  /// Returns the volume that has this spec's name, which equals the spec; `Incompatible` when it
  /// differs, `NotReady` when its record cannot be trusted.
  public Optional<Volume> existing(VolumeSpec spec) throws StorageException {
    VolumeId id = identity.volume(spec.name());
    Optional<Volume> volume = homes.existing(id);
    Optional<String> difference = volume.flatMap(there -> there.differenceFrom(spec));
    if (difference.isPresent()) {
      throw new StorageException.Incompatible(id, difference.get());
    }
    return volume;
  }

  /// Makes a volume, durable when this returns; `Exhausted` when what it can take is not there.
  ///
  /// @param origin its source; empty for an empty volume
  /// @param oneMoment as [Filling#prepareCut] has it
  public Volume create(VolumeSpec spec, Optional<Origin> origin, Runnable oneMoment)
      throws StorageException, IOException {
    VolumeId id = identity.volume(spec.name());
    Filling backend = backends.of(spec.shape());
    long bytes = size(spec, backend, origin);
    requireFits(bytes, backend.maximumBytes());
    try (Places<VolumeId>.Place _ = places.take(id);
        Claim claim = claim(id, spec, bytes, origin);
        Construction<VolumeId, Volume> made = homes.begin(id, claim)) {
      Home staged = made.stage();
      Content content =
          origin.isPresent()
              ? backend.restore(origin.get(), staged, bytes, oneMoment)
              : templates.create(backend, staged, spec.shape(), bytes);
      Volume volume = describe(spec, id, bytes, content);
      made.record(volume, () -> backend.sync(staged));
      made.commit(space.of(volume, staged));
      return made.seal();
    }
  }

  private Claim claim(VolumeId id, VolumeSpec spec, long bytes, Optional<Origin> origin)
      throws StorageException, IOException {
    return origin.isPresent()
        ? space.forCopy(id, bytes, origin.get())
        : space.forNew(id, bytes, spec.shape().provisioning());
  }

  /// Refuses a size that the filesystem cannot hold, with `Exhausted`, because the pool of another
  /// node may hold it.
  private void requireFits(long bytes, long most) throws StorageException {
    if (bytes > most) {
      throw new StorageException.Exhausted(
          identity.pool(),
          "its filesystem cannot hold a file of %d bytes; the largest has %d"
              .formatted(bytes, most));
    }
  }

  private Volume describe(VolumeSpec spec, VolumeId id, long bytes, Content content) {
    return new Volume(
        id, spec.name(), identity.pool(), bytes, content, spec.source(), identity.now());
  }

  /// Picks the size. A copy has at least that of its origin: `OutOfRange` when less was requested.
  private static long size(VolumeSpec spec, Filling backend, Optional<Origin> origin)
      throws StorageException, IOException {
    if (origin.isEmpty()) {
      long minimumBytes = backend.minimumBytes(spec.shape());
      return spec.range().pick(spec.name(), minimumBytes, Math.max(DEFAULT_BYTES, minimumBytes));
    }
    long least = origin.get().sizeBytes();
    long required = spec.range().requiredBytes();
    if (required != 0 && required <= least - CapacityRange.BLOCK) {
      throw new StorageException.OutOfRange(
          spec.name(),
          "%s has %d bytes, so a volume made from it cannot have %d"
              .formatted(origin.get().id(), least, required));
    }
    long there = backend.sizeBytes(origin.get().home(), least);
    return spec.range().pick(spec.name(), there, there);
  }
}
