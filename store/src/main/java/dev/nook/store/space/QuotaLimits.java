package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Complaints;
import dev.nook.store.steps.Holds;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The quota limits of directory volumes. A volume's limit is its size and what its snapshots, and
/// volumes made from it or them, are charged for what counts to it, so that it can be overwritten
/// in full ([QuotaTrees]). It is raised before a copy is made, and lowered when what the copy kept
/// is gone; until then the volume is charged the difference.
///
/// Sums are kept under one lock, under which no disk is asked. A limit is changed, and measured, by
/// whoever holds the volume here; one call holds one volume at a time.
public final class QuotaLimits {
  private final Layout layout;
  private final QuotaTrees quotas;
  private final Standing volumes;
  private final Ledger ledger;

  /// What the copies of a volume are charged for what counts to it.
  @GuardedBy("this")
  private final Map<VolumeId, Long> allowed = new HashMap<>();

  /// How much higher than its size and that a volume's limit may be.
  @GuardedBy("this")
  private final Map<VolumeId, Long> excess = new HashMap<>();

  /// Volumes whose limit is being changed or measured.
  private final Holds<VolumeId> holds = new Holds<>();

  /// Volumes whose size is being changed, which are charged by whoever does that.
  @GuardedBy("this")
  private final Set<VolumeId> growing = new HashSet<>();

  public QuotaLimits(Layout layout, Policies policies, Standing volumes, Ledger ledger) {
    this.layout = layout;
    this.quotas = policies.quotas();
    this.volumes = volumes;
    this.ledger = ledger;
  }

  /// How much more than its size a volume's limit is.
  public synchronized long beyondSize(VolumeId id) {
    return Bytes.plus(allowed(id), excess.getOrDefault(id, 0L));
  }

  @GuardedBy("this")
  private long allowed(VolumeId id) {
    return allowed.getOrDefault(id, 0L);
  }

  /// Takes note of what a copy shares that is there.
  public synchronized void found(List<Share> shares) {
    for (Share share : shares) {
      allow(share.volume(), share.bytes());
      excess.merge(share.volume(), 0L, (more, _) -> Bytes.minus(more, share.bytes()));
      volumes.known(share.volume()).ifPresent(this::charge);
    }
  }

  /// Takes note of a volume that is there, and of what its limit is.
  public synchronized void found(Volume volume, long limitBytes) {
    if (volume.content().enforced()) {
      excess.put(volume.id(), Bytes.minus(limitBytes, wanted(volume)));
      charge(volume);
    }
  }

  @GuardedBy("this")
  private long wanted(Volume volume) {
    return Bytes.plus(volume.capacityBytes(), allowed(volume.id()));
  }

  Raise raise() {
    return new Raise();
  }

  /// The limits that are raised for one copy that is being made. Closing it takes that back unless
  /// the copy stands; the limits themselves are lowered by [#settle].
  final class Raise implements AutoCloseable {
    private final Map<VolumeId, Long> made = new HashMap<>();
    private boolean kept;

    /// Lets every volume hold its share beside its size and what its other copies share.
    void to(List<Share> shares) throws IOException {
      Map<VolumeId, Long> wanted = new TreeMap<>(Comparator.comparing(VolumeId::text));
      shares.forEach(share -> wanted.merge(share.volume(), share.bytes(), Bytes::plus));
      for (var each : wanted.entrySet()) {
        VolumeId id = each.getKey();
        try (Holds<VolumeId>.Hold _ = holds.take(id)) {
          allowInstead(id, made.getOrDefault(id, 0L), each.getValue());
          made.put(id, each.getValue());
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
        made.forEach(QuotaLimits.this::drop);
      }
    }
  }

  private synchronized void allowInstead(VolumeId id, long before, long bytes) {
    allow(id, bytes - before);
  }

  /// Charges what a deleted copy keeps to the volumes that it counts to; returns the bytes that
  /// count to none that stands.
  public synchronized long dropped(List<Share> shares) {
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

  /// Whoever makes a volume larger reads what it may hold beside its size before, and sets the
  /// limit after: nobody else touches its limit and its charge meanwhile.
  public Growing grow(VolumeId id) throws IOException {
    Holds<VolumeId>.Hold hold = holds.take(id);
    synchronized (this) {
      growing.add(id);
    }
    return new Growing(id, hold);
  }

  /// A volume whose size is being changed. Closing it charges what its limit has come to.
  public final class Growing implements AutoCloseable {
    private final VolumeId id;
    private final Holds<VolumeId>.Hold hold;

    private Growing(VolumeId id, Holds<VolumeId>.Hold hold) {
      this.id = id;
      this.hold = hold;
    }

    @Override
    public void close() {
      synchronized (QuotaLimits.this) {
        growing.remove(id);
        volumes
            .known(id)
            .filter(volume -> volume.content().enforced())
            .ifPresent(QuotaLimits.this::charge);
      }
      hold.close();
    }
  }

  /// Asks whether a discarded copy may still keep what its origin writes over.
  public interface Discards {
    boolean keepCopies() throws IOException;
  }

  /// Raises the limits that a power cut has lowered, and lowers those that can be lowered by now:
  /// not while a discarded copy may still keep what its origin writes over. One volume that resists
  /// does not stop the others; the first complaint is thrown at the end.
  public void settle(Discards discards) throws IOException {
    List<VolumeId> ids = inExcess();
    if (ids.isEmpty()) {
      return;
    }
    boolean lowering = !discards.keepCopies();
    Complaints complaints = new Complaints();
    for (VolumeId id : ids) {
      complaints.of(() -> settle(id, lowering));
    }
    complaints.raise();
  }

  private synchronized List<VolumeId> inExcess() {
    return List.copyOf(excess.keySet());
  }

  private void settle(VolumeId id, boolean lowering) throws IOException {
    Optional<Holds<VolumeId>.Hold> hold = holds.tryTake(id);
    if (hold.isEmpty()) {
      return;
    }
    try (Holds<VolumeId>.Hold _ = hold.get()) {
      Optional<Volume> volume = volumes.known(id);
      if (volume.isPresent()) {
        settle(volume.get(), lowering);
      } else {
        forget(id);
      }
    }
  }

  private synchronized void forget(VolumeId id) {
    excess.remove(id);
  }

  private void settle(Volume volume, boolean lowering) throws IOException {
    Home home = layout.volume(volume.id());
    long wanted = wantedNow(volume);
    long limit = quotas.limitBytes(home).orElse(wanted);
    if (limit < wanted) {
      limit = limit(volume);
    } else if (!lowering) {
      return;
    }
    if (quotas.allocatedBytes(home).orElse(0L) <= wanted && lowering) {
      if (limit > wanted) {
        quotas.limit(home, wanted);
      }
      lowered(volume, wanted);
    } else {
      found(volume, limit);
    }
  }

  private synchronized long wantedNow(Volume volume) {
    return wanted(volume);
  }

  /// A copy that was deleted since has left more in excess.
  private synchronized void lowered(Volume volume, long limitBytes) {
    found(volume, limitBytes);
    excess.remove(volume.id(), 0L);
  }

  /// One that is deleted meanwhile needs no limit.
  private void limit(VolumeId id) throws IOException {
    Optional<Volume> volume = volumes.known(id);
    try {
      if (volume.isPresent() && volume.get().content().enforced()) {
        long _ = limit(volume.get());
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private long limit(Volume volume) throws IOException {
    long bytes = Bytes.plus(volume.capacityBytes(), beyondSize(volume.id()));
    quotas.limit(layout.volume(volume.id()), bytes);
    return bytes;
  }

  @GuardedBy("this")
  private void charge(Volume volume) {
    if (!growing.contains(volume.id())) {
      long bytes = Bytes.plus(volume.promisedBytes(), excess.getOrDefault(volume.id(), 0L));
      ledger.charge(volume.id(), bytes, volume.content().shape().provisioning());
    }
  }

  /// @param bytes less than 0 for what is not shared any more
  @GuardedBy("this")
  private void allow(VolumeId origin, long bytes) {
    allowed.merge(
        origin,
        Math.max(0, bytes),
        (had, _) -> bytes < 0 ? Bytes.minus(had, -bytes) : Bytes.plus(had, bytes));
    allowed.remove(origin, 0L);
  }
}
