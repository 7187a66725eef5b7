package dev.nook.store.pool;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.Bytes;
import dev.nook.store.Content;
import dev.nook.store.Share;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a volume may hold beside its size because what its copies keep counts to it, as simple
/// quotas have it: its limit is its size and what its snapshots, and volumes made from it or them,
/// are charged for that, so that it can be overwritten in full. The limit is raised before a copy
/// is made, and lowered when what the copy kept is gone; until then the volume is charged the
/// difference.
final class Allowances {
  private final Layout layout;
  private final Backends backends;
  private final Catalogue<VolumeId, Volume> volumes;
  private final CapacityLedger ledger;
  private final Trash trash;

  /// What the copies of a volume are charged for what counts to it.
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
    return Bytes.plus(allowed(origin), excess.getOrDefault(origin, 0L));
  }

  private long allowed(VolumeId origin) {
    return allowed.getOrDefault(origin, 0L);
  }

  /// Takes note of what a copy keeps that is there.
  synchronized void kept(List<Share> shares) {
    for (Share share : shares) {
      allow(share.volume(), share.bytes());
      excess.merge(share.volume(), 0L, (more, _) -> Bytes.minus(more, share.bytes()));
      volumes.known(share.volume()).ifPresent(this::charge);
    }
  }

  /// Takes note of a volume that is there, and of what its limit is.
  synchronized void found(Volume volume, long limitBytes) {
    if (counts(volume.content())) {
      long wanted = Bytes.plus(volume.capacityBytes(), allowed(volume.id()));
      excess.put(volume.id(), Bytes.minus(limitBytes, wanted));
      charge(volume);
    }
  }

  Room room() {
    return new Room();
  }

  /// Room for one copy that is being made. Closing it takes it back unless the copy stands.
  final class Room implements AutoCloseable {
    private final Map<VolumeId, Long> made = new HashMap<>();
    private boolean kept;

    /// Lets every volume hold its share beside its size and what its other copies keep.
    void make(List<Share> shares) throws IOException {
      Map<VolumeId, Long> wanted = new HashMap<>();
      shares.forEach(share -> wanted.merge(share.volume(), share.bytes(), Bytes::plus));
      for (VolumeId id : wanted.keySet()) {
        synchronized (Allowances.this) {
          awaitGrowth(id);
          long bytes = wanted.getOrDefault(id, 0L);
          allow(id, bytes - made.getOrDefault(id, 0L));
          made.put(id, bytes);
          limit(id);
        }
      }
    }

    void keep() {
      kept = true;
    }

    @Override
    public void close() {
      if (!kept) {
        made.forEach(Allowances.this::drop);
      }
    }
  }

  /// Charges what a deleted copy keeps to the volumes that it counts to; returns the bytes that
  /// count to none that stands.
  synchronized long dropped(List<Share> shares) {
    long others = 0;
    for (Share share : shares) {
      if (volumes.known(share.volume()).isEmpty()) {
        others = Bytes.plus(others, share.bytes());
      }
      drop(share.volume(), share.bytes());
    }
    return others;
  }

  private synchronized void drop(VolumeId origin, long bytes) {
    if (bytes > 0) {
      allow(origin, -bytes);
      volumes
          .known(origin)
          .ifPresent(volume -> {
            excess.merge(origin, bytes, Bytes::plus);
            charge(volume);
          });
    }
  }

  /// Whoever makes a volume larger reads what is allowed beside its size before, and sets the limit
  /// after.
  private void awaitGrowth(VolumeId id) throws InterruptedIOException {
    try {
      while (growing.contains(id)) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while volume %s grows".formatted(id));
    }
  }

  synchronized void growing(VolumeId id) {
    growing.add(id);
  }

  synchronized void grown(VolumeId id) {
    growing.remove(id);
    notifyAll();
    volumes.known(id).filter(volume -> counts(volume.content())).ifPresent(this::charge);
  }

  /// Raises the limits that a power cut has lowered, and lowers those that can be lowered by now:
  /// not while a discarded copy may still keep what its origin writes over. One volume that resists
  /// does not stop the others; the first complaint is thrown at the end.
  synchronized void settle() throws IOException {
    if (excess.isEmpty()) {
      return;
    }
    boolean lowering = !trash.keepsCopies();
    Complaints complaints = new Complaints();
    for (VolumeId id : List.copyOf(excess.keySet())) {
      Optional<Volume> volume = volumes.known(id);
      if (volume.isEmpty()) {
        excess.remove(id);
      } else if (!growing.contains(id)) {
        complaints.of(() -> settle(volume.get(), lowering));
      }
    }
    complaints.raise();
  }

  private void settle(Volume volume, boolean lowering) throws IOException {
    Home home = layout.volume(volume.id());
    Backend backend = backends.of(volume.content());
    long wanted = Bytes.plus(volume.capacityBytes(), allowed(volume.id()));
    long claimed = backend.claimedBytes(home).orElse(wanted);
    if (claimed < wanted) {
      limit(volume);
      claimed = Bytes.plus(volume.capacityBytes(), of(volume.id()));
    } else if (!lowering) {
      return;
    }
    if (backend.heldBytes(home).orElse(0L) > wanted) {
      excess.put(volume.id(), Bytes.minus(claimed, wanted));
    } else if (lowering) {
      excess.remove(volume.id());
      if (claimed > wanted) {
        limit(volume);
      }
    }
    charge(volume);
  }

  /// One that is deleted meanwhile needs no limit.
  private void limit(VolumeId id) throws IOException {
    Optional<Volume> volume = volumes.known(id);
    try {
      if (volume.isPresent()) {
        limit(volume.get());
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private void limit(Volume volume) throws IOException {
    long bytes = Bytes.plus(volume.capacityBytes(), of(volume.id()));
    backends.of(volume.content()).limit(layout.volume(volume.id()), volume.content(), bytes);
  }

  private void charge(Volume volume) {
    if (!growing.contains(volume.id())) {
      long bytes = Bytes.plus(volume.promisedBytes(), excess.getOrDefault(volume.id(), 0L));
      ledger.charge(volume.id().text(), bytes, volume.content().shape().provisioning());
    }
  }

  /// @param bytes less than 0 for what is not kept any more
  private void allow(VolumeId origin, long bytes) {
    allowed.merge(
        origin,
        Math.max(0, bytes),
        (had, _) -> bytes < 0 ? Bytes.minus(had, -bytes) : Bytes.plus(had, bytes));
    allowed.remove(origin, 0L);
  }
}
