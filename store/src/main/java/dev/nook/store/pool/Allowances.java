package dev.nook.store.pool;

import dev.nook.store.Content;
import dev.nook.store.Snapshot;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a volume may hold beside its size because snapshots of it count to it, as simple quotas
/// have it: its limit is its size and what its snapshots are charged, so that it can be overwritten
/// in full. The limit is raised before a snapshot is cut, and lowered when what the snapshot kept
/// is gone; until then the volume is charged the difference.
final class Allowances {
  private final Layout layout;
  private final Backends backends;
  private final Catalogue<VolumeId, Volume> volumes;
  private final CapacityLedger ledger;
  private final Trash trash;

  /// What the snapshots of a volume are charged.
  private final Map<VolumeId, Long> allowed = new HashMap<>();

  /// How much higher than that a volume's limit may be.
  private final Map<VolumeId, Long> excess = new HashMap<>();

  /// Volumes whose size is being changed: nobody else touches their limits and charges.
  private final Set<VolumeId> growing = new HashSet<>();

  Allowances(
      Layout layout,
      Backends backends,
      Catalogue<VolumeId, Volume> volumes,
      CapacityLedger ledger,
      Trash trash) {
    this.layout = layout;
    this.backends = backends;
    this.volumes = volumes;
    this.ledger = ledger;
    this.trash = trash;
  }

  static boolean counts(Content content) {
    return content instanceof Content.Tree(var _, var enforced, var _) && enforced;
  }

  /// How much more than its size a volume's limit is.
  synchronized long of(VolumeId origin) {
    return allowed(origin) + excess.getOrDefault(origin, 0L);
  }

  private long allowed(VolumeId origin) {
    return allowed.getOrDefault(origin, 0L);
  }

  /// Takes note of a snapshot that is there.
  synchronized void found(Snapshot snapshot) {
    if (counts(snapshot.content())) {
      allow(snapshot.source(), snapshot.chargedBytes());
      excess.putIfAbsent(snapshot.source(), 0L);
    }
  }

  /// Takes note of a volume that is there, and of what its limit is.
  synchronized void found(Volume volume, long limitBytes) {
    if (counts(volume.content())) {
      long more = limitBytes - volume.capacityBytes() - allowed(volume.id());
      excess.put(volume.id(), Math.max(0, more));
      charge(volume);
    }
  }

  Room beside(Volume origin) {
    return new Room(origin);
  }

  /// Room for one snapshot that is being cut. Closing it takes it back unless the snapshot stands.
  final class Room implements AutoCloseable {
    private final Volume origin;
    private long bytes;
    private boolean kept;

    private Room(Volume origin) {
      this.origin = origin;
    }

    /// Lets the origin hold this much beside its size and what its other snapshots are charged.
    void make(long newBytes) throws IOException {
      if (counts(origin.content())) {
        synchronized (Allowances.this) {
          allow(origin.id(), newBytes - bytes);
          bytes = newBytes;
          limit(origin);
        }
      }
    }

    void keep() {
      kept = true;
    }

    @Override
    public void close() {
      if (!kept) {
        drop(origin.id(), bytes);
      }
    }
  }

  /// Charges what a deleted snapshot keeps to its origin; false where it does not count to it.
  synchronized boolean dropped(Snapshot snapshot) {
    if (!counts(snapshot.content()) || volumes.known(snapshot.source()).isEmpty()) {
      return false;
    }
    drop(snapshot.source(), snapshot.chargedBytes());
    return true;
  }

  private synchronized void drop(VolumeId origin, long bytes) {
    if (bytes > 0) {
      allow(origin, -bytes);
      excess.merge(origin, bytes, Long::sum);
      volumes.known(origin).ifPresent(this::charge);
    }
  }

  synchronized void growing(VolumeId id) {
    growing.add(id);
  }

  synchronized void grown(VolumeId id) {
    growing.remove(id);
    volumes.known(id).filter(volume -> counts(volume.content())).ifPresent(this::charge);
  }

  /// Lowers the limits that can be lowered by now: not while a discarded snapshot may still keep
  /// what its origin writes over.
  synchronized void settle() throws IOException {
    if (excess.isEmpty() || trash.keepsSnapshots()) {
      return;
    }
    for (VolumeId id : List.copyOf(excess.keySet())) {
      Optional<Volume> volume = volumes.known(id);
      if (volume.isEmpty()) {
        excess.remove(id);
      } else if (!growing.contains(id)) {
        settle(volume.get());
      }
    }
  }

  private void settle(Volume volume) throws IOException {
    Home home = layout.volume(volume.id());
    Backend backend = backends.of(volume.content());
    long wanted = volume.capacityBytes() + allowed(volume.id());
    if (backend.heldBytes(home).orElse(0L) <= wanted) {
      excess.remove(volume.id());
      if (backend.claimedBytes(home).orElse(wanted) != wanted) {
        limit(volume);
      }
    } else {
      excess.put(volume.id(), Math.max(0, backend.claimedBytes(home).orElse(wanted) - wanted));
    }
    charge(volume);
  }

  private void limit(Volume volume) throws IOException {
    long bytes = volume.capacityBytes() + of(volume.id());
    backends.of(volume.content()).limit(layout.volume(volume.id()), volume.content(), bytes);
  }

  private void charge(Volume volume) {
    if (!growing.contains(volume.id())) {
      long bytes = volume.promisedBytes() + excess.getOrDefault(volume.id(), 0L);
      ledger.charge(volume.id().text(), bytes, volume.content().shape().provisioning());
    }
  }

  private void allow(VolumeId origin, long bytes) {
    allowed.merge(origin, bytes, Long::sum);
    allowed.remove(origin, 0L);
  }
}
