package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.store.id.StoredId;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What everything in a pool is charged. Bytes are claimed here, all of a claim in one step, before
/// any is written, so that calls in parallel cannot be given the same bytes.
///
/// A thin volume is charged its size divided by the overcommit ratio, a thick one its size, a
/// snapshot all that it can ever keep, what was deleted whatever it still holds until it is gone;
/// each at least what an empty one takes of the disk ([#LEAST]). What templates hold is given to
/// nobody until they are gone, and counts as available all the same: whoever finds no room beside
/// them has them removed.
///
/// No sum wraps or falls below zero ([Bytes]): charges that come to more than a `long` holds are
/// more than any pool has, and nothing is given beside them.
public final class Ledger {
  /// What anything that exists takes at least, beside its data: a directory, a record, an inode or
  /// two, and on btrfs the first nodes of its subvolume's tree, twice. Measured: 6 KiB on XFS, 8
  /// KiB on ext4, and 38 KiB on btrfs.
  public static final long LEAST = 64 << 10;

  /// Asks the filesystem what it has now.
  public interface Gauge {
    Disk.Space read() throws IOException;
  }

  /// What became of an attempt to claim bytes.
  public enum Outcome {
    CLAIMED,
    /// The budget is charged to others.
    NOT_LEFT,
    /// The budget has it, but the filesystem has no such space now.
    NOT_FREE_YET
  }

  /// What something that stands, or is being made, is charged.
  private record Charged(long bytes, long pinnedBytes) {
    static final Charged NOTHING = new Charged(0, 0);

    long sum() {
      return Bytes.plus(bytes, pinnedBytes);
    }
  }

  private final Budget budget;
  private final FreeSpace free;

  @GuardedBy("this")
  private final Map<Key, Charged> charges = new HashMap<>();

  @GuardedBy("this")
  private final Map<Entry, Long> trash = new HashMap<>();

  @GuardedBy("this")
  private final Map<Entry, Long> templates = new HashMap<>();

  public Ledger(Budget budget, Gauge gauge) throws IOException {
    this.budget = budget;
    this.free = new FreeSpace(gauge);
  }

  /// Bytes claimed for one volume or snapshot: nothing at first. It ends once, by [#settle] or by
  /// [#cancel]; ending it again changes nothing.
  final class Reservation {
    private final Key key;
    private final long before;

    /// How far the claim reaches.
    @GuardedBy("Ledger.this")
    private Charge to;

    @GuardedBy("Ledger.this")
    private long extra;

    @GuardedBy("Ledger.this")
    private long extraPinned;

    @GuardedBy("Ledger.this")
    private boolean open = true;

    private Reservation(Key key, long before, Charge from) {
      this.key = key;
      this.before = before;
      this.to = from;
    }

    /// Claims what this charge has beyond what is claimed already: all of it or nothing.
    Outcome extend(Charge charge) throws IOException {
      free.ask();
      synchronized (Ledger.this) {
        Charge wanted = to.atLeast(charge);
        long own = budget.charged(wanted.bytes(), wanted.provisioning());
        long more = Bytes.minus(Math.max(LEAST, own), Bytes.plus(before, extra));
        long pinned = Bytes.minus(wanted.pinnedBytes(), to.pinnedBytes());
        Outcome outcome =
            worst(
                fits(Bytes.minus(wanted.bytes(), to.bytes()), wanted.provisioning(), 0),
                fits(own < LEAST ? more : 0, Provisioning.THICK, 0),
                fits(pinned, Provisioning.THICK, more));
        if (outcome == Outcome.CLAIMED) {
          to = wanted;
          extra = Bytes.plus(extra, more);
          extraPinned = Bytes.plus(extraPinned, pinned);
          free.arrive(Bytes.plus(more, pinned));
          put(key, Bytes.plus(before, extra), Bytes.plus(charged(key).pinnedBytes(), pinned));
        }
        return outcome;
      }
    }

    /// The bytes that are claimed, before overcommitment, without what is pinned.
    long bytes() {
      synchronized (Ledger.this) {
        return to.bytes();
      }
    }

    /// From now on it is charged this, which is no more than was claimed.
    void settle(Charge charge) {
      long own = budget.charged(charge.bytes(), charge.provisioning());
      end(Math.max(LEAST, own), charge.pinnedBytes());
    }

    /// It is charged what it was before.
    void cancel() {
      end(before, 0);
    }

    private void end(long bytes, long pinnedBytes) {
      synchronized (Ledger.this) {
        if (open) {
          open = false;
          free.arrived(Bytes.plus(extra, extraPinned));
          long others = Bytes.minus(charged(key).pinnedBytes(), extraPinned);
          put(key, bytes, Bytes.plus(others, pinnedBytes));
        }
      }
    }
  }

  private static Outcome worst(Outcome... outcomes) {
    Outcome worst = Outcome.CLAIMED;
    for (Outcome outcome : outcomes) {
      worst = worst == Outcome.NOT_LEFT || outcome == Outcome.CLAIMED ? worst : outcome;
    }
    return worst;
  }

  /// @param taken what the same claim takes before, of the budget and of the disk
  @GuardedBy("this")
  private Outcome fits(long bytes, Provisioning provisioning, long taken) {
    long left = left(provisioning, Bytes.plus(sum(templates.values()), taken));
    if (bytes > left) {
      return Outcome.NOT_LEFT;
    }
    return bytes > ifFree(left, taken) ? Outcome.NOT_FREE_YET : Outcome.CLAIMED;
  }

  /// Opens a claim for what stands or is to be made.
  ///
  /// @param from what of it is charged already
  synchronized Reservation open(Key key, Charge from) {
    return new Reservation(key, charged(key).bytes(), from);
  }

  /// Nobody need give way to a request that an empty pool would have no room for.
  synchronized boolean fitsAnEmptyPool(Charge charge) {
    long own = Math.max(LEAST, budget.charged(charge.bytes(), charge.provisioning()));
    return Bytes.plus(own, charge.pinnedBytes()) <= size();
  }

  /// What can be claimed now, in whole blocks, never negative: nothing, where not even the least
  /// thing fits any more. Asks the filesystem.
  public long available(Provisioning provisioning) throws IOException {
    ask();
    return lastAvailable(provisioning);
  }

  /// Asks the filesystem what it has; waits for its disk, with no lock held.
  public void ask() throws IOException {
    free.ask();
  }

  /// What could be claimed when the filesystem was asked last.
  public synchronized long lastAvailable(Provisioning provisioning) {
    return ifFree(left(Provisioning.THICK, 0), 0) < LEAST ? 0 : ifFree(left(provisioning, 0), 0);
  }

  private long ifFree(long left, long taken) {
    long reserved = budget.reserveBytes(free.space());
    long bytes = Bytes.minus(free.bytes(), Bytes.plus(reserved, taken));
    return Math.min(left, bytes) / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  /// What the budget leaves, whatever the disk has free.
  ///
  /// @param kept of what is not charged, what is not to be given out
  @GuardedBy("this")
  private long left(Provisioning provisioning, long kept) {
    return budget.provisioned(Bytes.minus(size(), Bytes.plus(charged(), kept)), provisioning);
  }

  /// Charges what exists, room or not; what it pins is charged as before.
  public synchronized void charge(StoredId id, long bytes, Provisioning provisioning) {
    long own = Math.max(LEAST, budget.charged(bytes, provisioning));
    Key key = new Key.Stored(id);
    put(key, own, charged(key).pinnedBytes());
  }

  /// Charges what something that is charged pins, room or not; nothing when it is gone.
  synchronized void pin(StoredId id, long pinnedBytes) {
    Key key = new Key.Stored(id);
    if (charges.containsKey(key)) {
      put(key, charged(key).bytes(), pinnedBytes);
    }
  }

  /// Turns a charge into that of its trash, in one step.
  ///
  /// @param bytes what that still holds; empty: what it was charged
  public synchronized void discard(StoredId id, Entry entry, Optional<Long> bytes) {
    Key key = new Key.Stored(id);
    long charged = charged(key).bytes();
    charges.remove(key);
    chargeTrash(entry, bytes.orElse(charged));
  }

  /// Charges what lies in the trash, or will.
  public synchronized void chargeTrash(Entry entry, long bytes) {
    trash.put(entry, Math.max(LEAST, bytes));
  }

  /// As [#chargeTrash], of what nobody can measure: what it was charged while it stood.
  public synchronized void chargeTrash(Entry entry, long bytes, Provisioning provisioning) {
    chargeTrash(entry, budget.charged(bytes, provisioning));
  }

  /// Sets aside what a template holds, in room that nobody has claimed; false when there is none.
  public boolean keep(Entry template, long bytes) throws IOException {
    free.ask();
    synchronized (this) {
      boolean fits = fits(bytes, Provisioning.THICK, 0) == Outcome.CLAIMED;
      kept(template, fits ? bytes : 0);
      return fits;
    }
  }

  /// Takes note of what a template holds that is there.
  public synchronized void kept(Entry template, long bytes) {
    if (bytes == 0) {
      templates.remove(template);
    } else {
      templates.put(template, bytes);
    }
  }

  /// Ends the charge of what is gone from `trash/` and from `staging/`.
  public synchronized void emptied(Entry entry) {
    trash.remove(entry);
    templates.remove(entry);
  }

  /// The most that everything may be charged together.
  public long size() {
    return budget.bytes(free.space());
  }

  public synchronized long charged() {
    long standing = Bytes.sum(charges.values().stream().mapToLong(Charged::sum));
    return Bytes.plus(standing, sum(trash.values()));
  }

  public synchronized long trashBytes() {
    return sum(trash.values());
  }

  public synchronized long templateBytes() {
    return sum(templates.values());
  }

  /// What the filesystem has, as it said when it was asked last.
  public Disk.Space space() {
    return free.space();
  }

  @GuardedBy("this")
  private Charged charged(Key key) {
    return charges.getOrDefault(key, Charged.NOTHING);
  }

  @GuardedBy("this")
  private void put(Key key, long bytes, long pinnedBytes) {
    Charged charged = new Charged(bytes, pinnedBytes);
    if (charged.sum() == 0) {
      charges.remove(key);
    } else {
      charges.put(key, charged);
    }
  }

  private static long sum(Collection<Long> bytes) {
    return Bytes.sum(bytes.stream().mapToLong(Long::longValue));
  }
}
