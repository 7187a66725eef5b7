package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Disk;
import dev.nook.store.id.StoredId;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.util.Optional;

/// What everything in a pool is charged, beside what its budget and its filesystem have. Bytes are
/// claimed here, all of a claim in one step, before any is written, so that calls in parallel
/// cannot be given the same bytes.
///
/// A thin volume is charged its size divided by the overcommit ratio, a thick one its size, a
/// snapshot all that it can ever hold, and what was deleted what it still holds, until it is gone;
/// each at least what an empty one takes of the disk ([#LEAST]). What templates hold can be claimed
/// by nobody until they are gone. It counts as available all the same, because a call that finds no
/// space beside templates has them removed.
///
/// No sum wraps or falls below zero ([Bytes]): charges that come to more than a `long` holds are
/// more than any pool has, and nothing can be claimed beside them.
public final class Ledger {
  /// What anything that exists takes at least beside its data: a directory, a record, an inode or
  /// two, and on btrfs the first nodes of its subvolume's tree, twice. Measured: 6 KiB on XFS, 8
  /// KiB on ext4, and 38 KiB on btrfs.
  public static final long LEAST = 64 << 10;

  /// The outcome of an attempt to claim bytes.
  public enum Outcome {
    CLAIMED,
    /// The budget is charged to others.
    NOT_LEFT,
    /// The budget has it, but the filesystem does not have it free now.
    NOT_FREE_YET
  }

  private final Budget budget;
  private final FreeSpace free;

  @GuardedBy("this")
  private final Charges charges = new Charges();

  public Ledger(Budget budget, FreeSpace.Gauge gauge) throws IOException {
    this.budget = budget;
    this.free = new FreeSpace(gauge);
  }

  /// Bytes claimed for one volume or snapshot: nothing at first. It ends once, by [#settle] or by
  /// [#cancel]; ending it again changes nothing.
  final class Reservation {
    private final Key key;
    private final long before;

    /// The charge that is claimed so far.
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

    /// Claims what this charge exceeds the claim by: all of it or nothing.
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
          free.claim(Bytes.plus(more, pinned));
          charges.put(
              key, Bytes.plus(before, extra), Bytes.plus(charges.of(key).pinnedBytes(), pinned));
        }
        return outcome;
      }
    }

    /// Returns the bytes that are claimed, before overcommitment, without what is pinned.
    long bytes() {
      synchronized (Ledger.this) {
        return to.bytes();
      }
    }

    /// Ends the claim: what was made is charged this, which is no more than was claimed.
    void settle(Charge charge) {
      long own = budget.charged(charge.bytes(), charge.provisioning());
      end(Math.max(LEAST, own), charge.pinnedBytes());
    }

    /// Ends the claim: what was there before is charged what it was.
    void cancel() {
      end(before, 0);
    }

    private void end(long bytes, long pinnedBytes) {
      synchronized (Ledger.this) {
        if (open) {
          open = false;
          free.end(Bytes.plus(extra, extraPinned));
          long others = Bytes.minus(charges.of(key).pinnedBytes(), extraPinned);
          charges.put(key, bytes, Bytes.plus(others, pinnedBytes));
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

  /// @param taken what the same claim takes beside this, of the budget and of the disk
  @GuardedBy("this")
  private Outcome fits(long bytes, Provisioning provisioning, long taken) {
    long left = left(provisioning, Bytes.plus(charges.templateBytes(), taken));
    if (bytes > left) {
      return Outcome.NOT_LEFT;
    }
    return bytes > ifFree(left, taken) ? Outcome.NOT_FREE_YET : Outcome.CLAIMED;
  }

  /// Opens a claim for something that exists or is to be made.
  ///
  /// @param from what it is charged already
  synchronized Reservation open(Key key, Charge from) {
    return new Reservation(key, charges.of(key).bytes(), from);
  }

  /// Whether an empty pool could hold this: if not, no template and no trash need give way to it.
  synchronized boolean fitsAnEmptyPool(Charge charge) {
    long own = Math.max(LEAST, budget.charged(charge.bytes(), charge.provisioning()));
    return Bytes.plus(own, charge.pinnedBytes()) <= size();
  }

  /// Returns what can be claimed now, in whole blocks: 0 where not even the least thing fits. Asks
  /// the filesystem.
  public long available(Provisioning provisioning) throws IOException {
    ask();
    return lastAvailable(provisioning);
  }

  /// Asks the filesystem for its space, and waits for its disk, without a lock.
  public void ask() throws IOException {
    free.ask();
  }

  /// Returns what could be claimed when the filesystem was asked last.
  public synchronized long lastAvailable(Provisioning provisioning) {
    return ifFree(left(Provisioning.THICK, 0), 0) < LEAST ? 0 : ifFree(left(provisioning, 0), 0);
  }

  private long ifFree(long left, long taken) {
    long reserved = budget.reserveBytes(free.space());
    long bytes = Bytes.minus(free.bytes(), Bytes.plus(reserved, taken));
    return Math.min(left, bytes) / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  /// Returns what the budget leaves, whatever the filesystem has free.
  ///
  /// @param kept what cannot be claimed though it is not charged
  @GuardedBy("this")
  private long left(Provisioning provisioning, long kept) {
    return budget.provisioned(Bytes.minus(size(), Bytes.plus(charges.sum(), kept)), provisioning);
  }

  /// Charges what exists, whether or not there is space for it; what it pins is charged as before.
  public synchronized void charge(StoredId id, long bytes, Provisioning provisioning) {
    long own = Math.max(LEAST, budget.charged(bytes, provisioning));
    Key key = new Key.Stored(id);
    charges.put(key, own, charges.of(key).pinnedBytes());
  }

  /// Charges what something pins, whether or not there is space for it; nothing when it is gone.
  synchronized void pin(StoredId id, long pinnedBytes) {
    Key key = new Key.Stored(id);
    if (charges.has(key)) {
      charges.put(key, charges.of(key).bytes(), pinnedBytes);
    }
  }

  /// Turns the charge of what stood into that of an entry of the trash, in one step.
  ///
  /// @param bytes what the entry still holds; empty: what was charged while it stood
  public synchronized void discard(StoredId id, Entry entry, Optional<Long> bytes) {
    Key key = new Key.Stored(id);
    long charged = charges.of(key).bytes();
    charges.remove(key);
    chargeTrash(entry, bytes.orElse(charged));
  }

  /// Charges what lies in the trash, or is about to.
  public synchronized void chargeTrash(Entry entry, long bytes) {
    charges.putTrash(entry, Math.max(LEAST, bytes));
  }

  /// Charges what lies in the trash and cannot be measured: what it was charged while it stood.
  public synchronized void chargeTrash(Entry entry, long bytes, Provisioning provisioning) {
    chargeTrash(entry, budget.charged(bytes, provisioning));
  }

  /// Sets aside what a template will hold, of space that nobody has claimed; false, and nothing is
  /// set aside, when there is not so much.
  public boolean setAside(Entry template, long bytes) throws IOException {
    free.ask();
    synchronized (this) {
      boolean fits = fits(bytes, Provisioning.THICK, 0) == Outcome.CLAIMED;
      charges.putTemplate(template, fits ? bytes : 0);
      return fits;
    }
  }

  /// Takes note of what a template holds.
  public synchronized void setTemplate(Entry template, long bytes) {
    charges.putTemplate(template, bytes);
  }

  /// Ends the charge of an entry that was removed from `trash/` or `staging/`.
  public synchronized void emptied(Entry entry) {
    charges.remove(entry);
  }

  /// Returns the most that everything may be charged together.
  public long size() {
    return budget.bytes(free.space());
  }

  public synchronized long charged() {
    return charges.sum();
  }

  public synchronized long trashBytes() {
    return charges.trashBytes();
  }

  public synchronized long templateBytes() {
    return charges.templateBytes();
  }

  /// Returns what the filesystem has, as it said when it was asked last.
  public Disk.Space space() {
    return free.space();
  }
}
