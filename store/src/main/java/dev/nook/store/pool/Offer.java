package dev.nook.store.pool;

import dev.nook.store.PoolConfig;
import dev.nook.store.Volumes.Capacity;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Filling;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.VolumeCatalogue;
import dev.nook.store.guard.Health;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.Optional;

/// Says what one pool has, and what can still be made in it.
///
/// @param owned whether the pool has its own filesystem
public record Offer(
    PoolConfig config,
    boolean owned,
    Backends<? extends Filling> backends,
    Ledger ledger,
    Health health,
    VolumeCatalogue volumes,
    Catalogue<SnapshotId, Snapshot> snapshots) {
  /// A filesystem that is full may have a few blocks left that nobody can have.
  private static final long FULL_BYTES = 4L << 20;

  /// Returns why this pool cannot have volumes of this shape; empty when it can.
  public Optional<String> refuses(Shape shape) throws IOException {
    if (shape.provisioning() == Shape.Provisioning.THICK && !owned) {
      return Optional.of(
          "thick volumes need a pool with its own filesystem; mount a disk at %s, or give"
                  .formatted(config.path())
              + " the pool an image");
    }
    return backends.of(shape).refuses(shape);
  }

  public Capacity capacity(Shape shape) throws IOException {
    if (health.degraded().isPresent() || refuses(shape).isPresent()) {
      return Capacity.NONE;
    }
    long available = ledger.available(shape.provisioning());
    Filling backend = backends.of(shape);
    return new Capacity(
        available, backend.minimumBytes(shape), Math.min(available, backend.maximumBytes()));
  }

  /// Returns why nothing more can be written to volumes of this pool; empty where it has free
  /// space.
  public Optional<String> full() throws IOException {
    ledger.ask();
    long free = ledger.space().availableBytes();
    return free < FULL_BYTES
        ? Optional.of(
            "pool %s is full (%d bytes are free); free some of its space first"
                .formatted(config.name(), free))
        : Optional.empty();
  }

  /// Returns what is known of the pool, and asks no disk.
  public PoolStatus status(PoolTag tag, boolean scanned) {
    Optional<String> degraded = health.degraded();
    PoolStatus.Health state =
        degraded.isPresent()
            ? new PoolStatus.Health.Degraded(degraded.get())
            : scanned ? new PoolStatus.Health.Open() : new PoolStatus.Health.Starting();
    return new PoolStatus(
        config.name(),
        config.path(),
        Optional.of(tag),
        state,
        ledger.space().type(),
        ledger.size(),
        ledger.charged(),
        degraded.isPresent() ? 0 : ledger.lastAvailable(Shape.Provisioning.THIN),
        ledger.trashBytes(),
        ledger.templateBytes(),
        volumes.size(),
        snapshots.size(),
        volumes.quarantined().size() + snapshots.quarantined().size(),
        config.limits());
  }
}
