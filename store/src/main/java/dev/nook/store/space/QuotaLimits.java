package dev.nook.store.space;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.space.policy.QuotaTrees;
import dev.nook.store.steps.Complaints;
import dev.nook.store.steps.Holds;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Sets the quota limits of directory volumes. The limit of a volume is its size and what its
/// snapshots, and volumes made from it or them, are charged for what counts to it, so that all of
/// it can be overwritten ([QuotaTrees]). It is raised before a copy is made, and lowered when what
/// the copy held is gone; until then the volume is charged the difference.
///
/// A limit is changed and measured by whoever holds the volume here; one call holds one volume at a
/// time.
public final class QuotaLimits {
  private final Layout layout;
  private final QuotaTrees quotas;
  private final Standing volumes;
  private final QuotaSums sums;

  /// Volumes whose limit is being changed or measured.
  private final Holds<VolumeId> holds = new Holds<>();

  public QuotaLimits(Layout layout, Policies policies, Standing volumes, Ledger ledger) {
    this.layout = layout;
    this.quotas = policies.quotas();
    this.volumes = volumes;
    this.sums = new QuotaSums(volumes, ledger);
  }

  /// Returns how much more than its size the limit of a volume is.
  public long beyondSize(VolumeId id) {
    return sums.beyondSize(id);
  }

  /// Takes note of what a copy shares that stands.
  public void found(List<Share> shares) {
    sums.found(shares);
  }

  /// Takes note of a volume that stands, and of what its limit is.
  public void found(Volume volume, long limitBytes) {
    sums.found(volume, limitBytes);
  }

  /// Charges what a deleted copy still holds to the volumes that it counts to; returns the bytes
  /// that count to none that stands.
  public long dropped(List<Share> shares) {
    return sums.dropped(shares);
  }

  Raise raise() {
    return new Raise();
  }

  /// The raised limits of one copy that is being made. Closing it takes the raise back unless the
  /// copy was made; [#settle] then lowers the limits.
  final class Raise implements AutoCloseable {
    private final Map<VolumeId, Long> raised = new HashMap<>();
    private boolean stands;

    /// Raises the limit of every volume by its share.
    void to(List<Share> shares) throws IOException {
      Map<VolumeId, Long> wanted = new TreeMap<>(Comparator.comparing(VolumeId::text));
      shares.forEach(share -> wanted.merge(share.volume(), share.bytes(), Bytes::plus));
      for (var each : wanted.entrySet()) {
        VolumeId id = each.getKey();
        try (Holds<VolumeId>.Hold _ = holds.take(id)) {
          sums.allowInstead(id, raised.getOrDefault(id, 0L), each.getValue());
          raised.put(id, each.getValue());
          raise(id);
        }
      }
    }

    void commit() {
      stands = true;
    }

    @Override
    public void close() {
      if (!stands) {
        raised.forEach(sums::drop);
      }
    }
  }

  /// Sets the limit of a volume to what it should be at the least; one that is deleted meanwhile
  /// needs none.
  private void raise(VolumeId id) throws IOException {
    Optional<Volume> volume = volumes.known(id);
    try {
      if (volume.isPresent() && volume.get().content().enforced()) {
        long _ = raise(volume.get());
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private long raise(Volume volume) throws IOException {
    long bytes = Bytes.plus(volume.capacityBytes(), beyondSize(volume.id()));
    quotas.limit(layout.volume(volume.id()), bytes);
    return bytes;
  }

  /// Holds a volume for whoever expands it, who reads before what it may hold beside its size and
  /// sets its limit after: nobody else touches its limit and its charge meanwhile.
  public Expansion expand(VolumeId id) throws IOException {
    Holds<VolumeId>.Hold hold = holds.take(id);
    sums.expanding(id);
    return new Expansion(id, hold);
  }

  /// A volume that is being expanded. Closing it charges what its limit has come to.
  public final class Expansion implements AutoCloseable {
    private final VolumeId id;
    private final Holds<VolumeId>.Hold hold;

    private Expansion(VolumeId id, Holds<VolumeId>.Hold hold) {
      this.id = id;
      this.hold = hold;
    }

    @Override
    public void close() {
      sums.expanded(id);
      hold.close();
    }
  }

  /// Asks whether a deleted copy may still hold what its origin writes over.
  public interface Discards {
    boolean keepCopies() throws IOException;
  }

  /// Raises the limits that a power cut has lowered, and lowers those that can be lowered by now:
  /// not while a deleted copy may still hold what its origin writes over. One volume that fails
  /// does not stop the others; the first failure is thrown at the end.
  public void settle(Discards discards) throws IOException {
    List<VolumeId> ids = sums.inExcess();
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
        sums.forget(id);
      }
    }
  }

  private void settle(Volume volume, boolean lowering) throws IOException {
    Home home = layout.volume(volume.id());
    long wanted = sums.wanted(volume);
    long limit = quotas.limitBytes(home).orElse(wanted);
    if (limit < wanted) {
      limit = raise(volume);
    } else if (!lowering) {
      return;
    }
    if (quotas.allocatedBytes(home).orElse(0L) <= wanted && lowering) {
      if (limit > wanted) {
        quotas.limit(home, wanted);
      }
      sums.lowered(volume, wanted);
    } else {
      sums.found(volume, limit);
    }
  }
}
