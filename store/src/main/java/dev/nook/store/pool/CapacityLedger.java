package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.Bytes;
import dev.nook.store.CapacityRange;
import dev.nook.store.Shape.Provisioning;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a pool has promised. Bytes are reserved here, under one lock, before any is written, so
/// that calls in parallel cannot promise the same bytes twice.
///
/// A thin volume is charged its size divided by the overcommit ratio, a thick one its size, a
/// snapshot all that it can ever keep (as thick), what was deleted whatever it still holds until it
/// is gone; each at least what an empty one takes of the disk ([#LEAST]). What templates hold is
/// promised to nobody until they are gone, and counts as available all the same: whoever finds no
/// room beside them has them removed.
///
/// No sum wraps: charges that come to more than a `long` holds are more than any pool has, and
/// nothing is promised beside them ([Bytes]).
final class CapacityLedger {
  /// What anything that exists takes at least, beside its data: a directory, a record, an inode or
  /// two, and on btrfs the first nodes of its subvolume's tree, twice. Measured: 6 KiB on XFS, 8
  /// KiB on ext4, and 38 KiB on btrfs.
  static final long LEAST = 64 << 10;

  /// Asks the filesystem what it has now.
  interface Gauge {
    Disk.Space read() throws IOException;
  }

  /// What became of an attempt to promise bytes.
  enum Promise {
    MADE,
    /// The pool has promised too much to others.
    NOT_LEFT,
    /// The pool has not, but its filesystem has no such space now.
    NOT_FREE_YET
  }

  interface Attempt {
    Promise make() throws IOException;
  }

  /// Is asked for room when there is none.
  interface Relief {
    /// Gives back what it can until the attempt succeeds; false when it never does.
    boolean until(Attempt attempt) throws IOException;
  }

  /// Bytes promised to one volume or snapshot. Closing it takes back what was not settled.
  final class Reservation implements AutoCloseable {
    private final String key;
    private final long before;
    private final Provisioning provisioning;
    private final long least;
    private long to;
    private long extra;
    private boolean open = true;

    /// @param least what it is charged however few bytes it has
    private Reservation(String key, long before, long to, Provisioning provisioning, long least) {
      this.key = key;
      this.before = before;
      this.provisioning = provisioning;
      this.least = least;
      this.to = to;
    }

    /// Promises the bytes up to `bytes`; false, and nothing is promised, when they are not there.
    boolean extend(long bytes) throws IOException {
      return promise(bytes) == Promise.MADE
          || fitsAnEmptyPool(Bytes.minus(bytes, to), provisioning)
              && relief.until(() -> promise(bytes));
    }

    private Promise promise(long bytes) throws IOException {
      synchronized (CapacityLedger.this) {
        long wanted = Bytes.minus(bytes, to);
        long charge = charge(Math.max(to, bytes), provisioning);
        long more = Bytes.minus(Math.max(least, charge), Bytes.plus(before, extra));
        long atLeast = charge < least ? more : 0;
        if (wanted > besideTemplates(provisioning)
            || atLeast > besideTemplates(Provisioning.THICK)) {
          return wanted > left(provisioning, sum(templates))
                  || atLeast > left(Provisioning.THICK, sum(templates))
              ? Promise.NOT_LEFT
              : Promise.NOT_FREE_YET;
        }
        to = Math.max(to, bytes);
        extra = Bytes.plus(extra, more);
        arriving = Bytes.plus(arriving, more);
        put(charges, key, Bytes.plus(before, extra));
        return Promise.MADE;
      }
    }

    long bytes() {
      synchronized (CapacityLedger.this) {
        return to;
      }
    }

    /// Ends the reservation: it has this many bytes.
    void settle(long bytes) {
      end(Math.max(least, charge(bytes, provisioning)));
    }

    @Override
    public void close() {
      end(before);
    }

    private void end(long charge) {
      synchronized (CapacityLedger.this) {
        if (open) {
          open = false;
          arriving = Bytes.minus(arriving, extra);
          put(charges, key, charge);
        }
      }
    }
  }

  private final PoolConfig config;
  private final boolean owned;
  private final Gauge gauge;
  private final Relief relief;
  private final long overhead;
  private final Map<String, Long> charges = new HashMap<>();
  private final Map<String, Long> trash = new HashMap<>();
  private final Map<String, Long> templates = new HashMap<>();
  private long arriving;
  private Disk.Space space;

  /// @param owned whether the pool has its filesystem for itself
  CapacityLedger(PoolConfig config, boolean owned, Gauge gauge, Relief relief) throws IOException {
    this.config = config;
    this.owned = owned;
    this.gauge = gauge;
    this.relief = relief;
    this.space = gauge.read();
    this.overhead = owned ? Overhead.of(space) : 0;
  }

  /// Promises what has `from` bytes now the bytes up to `to`; empty when they are not there.
  Optional<Reservation> reserve(String key, long from, long to, Provisioning provisioning)
      throws IOException {
    return extended(new Reservation(key, charge(key), from, provisioning, LEAST), to);
  }

  /// Promises bytes that something keeps beside its own charge; empty when they are not there.
  Optional<Reservation> reserveBeside(String key, long bytes) throws IOException {
    return extended(new Reservation(key, charge(key), 0, Provisioning.THICK, 0), bytes);
  }

  private static Optional<Reservation> extended(Reservation reservation, long to)
      throws IOException {
    return reservation.extend(to) ? Optional.of(reservation) : Optional.empty();
  }

  /// What can be promised now, in whole blocks, never negative: nothing, where not even the least
  /// thing fits any more.
  synchronized long available(Provisioning provisioning) throws IOException {
    space = gauge.read();
    return lastAvailable(provisioning);
  }

  synchronized long lastAvailable(Provisioning provisioning) {
    return ifFree(left(Provisioning.THICK, 0)) < LEAST ? 0 : ifFree(left(provisioning, 0));
  }

  private long besideTemplates(Provisioning provisioning) throws IOException {
    space = gauge.read();
    return ifFree(left(provisioning, sum(templates)));
  }

  private long ifFree(long left) {
    long free = Bytes.minus(space.availableBytes(), Bytes.plus(reserved(), arriving));
    return Math.min(left, free) / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  /// What the budget leaves, whatever the disk has free.
  ///
  /// @param kept of what is not charged, what is not to be given out
  private long left(Provisioning provisioning, long kept) {
    return (long) (Bytes.minus(size(), Bytes.plus(charged(), kept)) * ratio(provisioning));
  }

  private double ratio(Provisioning provisioning) {
    return provisioning == Provisioning.THIN ? config.overcommit() : 1;
  }

  /// Nobody need give way to a request that no room would be enough for.
  private synchronized boolean fitsAnEmptyPool(long bytes, Provisioning provisioning) {
    return bytes <= size() * ratio(provisioning) && LEAST <= size();
  }

  private synchronized long charge(String key) {
    return charges.getOrDefault(key, 0L);
  }

  /// Charges what exists, room or not.
  synchronized void charge(String key, long bytes, Provisioning provisioning) {
    put(charges, key, Math.max(LEAST, charge(bytes, provisioning)));
  }

  /// Charges what something keeps beside its own charge, room or not.
  synchronized void chargeBeside(String key, long bytes) {
    put(charges, key, bytes);
  }

  /// Charges what lies in the trash, or will.
  synchronized void chargeTrash(String entry, long bytes) {
    put(trash, entry, Math.max(LEAST, bytes));
  }

  /// Turns a charge into that of its trash, in one step.
  ///
  /// @param held what it still holds; empty: what it was charged
  synchronized void discard(String key, String entry, Optional<Long> held) {
    Long charge = charges.remove(key);
    put(trash, entry, Math.max(LEAST, held.orElse(charge == null ? 0 : charge)));
  }

  /// Sets aside what a template holds, in room that nobody was promised; false when there is none.
  synchronized boolean keep(String template, long bytes) throws IOException {
    boolean fits = bytes <= besideTemplates(Provisioning.THICK);
    put(templates, template, fits ? bytes : 0);
    return fits;
  }

  /// Takes note of what a template holds that is there.
  synchronized void kept(String template, long bytes) {
    put(templates, template, bytes);
  }

  synchronized void emptied(String entry) {
    trash.remove(entry);
    templates.remove(entry);
  }

  /// The most that everything may be charged together.
  synchronized long size() {
    long whole = Bytes.minus(space.totalBytes(), Bytes.plus(overhead, reserved()));
    return config.sizeBytes().map(size -> Math.min(size, whole)).orElse(whole);
  }

  synchronized long charged() {
    return Bytes.plus(sum(charges), sum(trash));
  }

  synchronized long trashBytes() {
    return sum(trash);
  }

  synchronized long templateBytes() {
    return sum(templates);
  }

  synchronized Disk.Space space() {
    return space;
  }

  private long reserved() {
    return config.reserve().of(space.totalBytes(), owned);
  }

  private long charge(long bytes, Provisioning provisioning) {
    return provisioning == Provisioning.THICK || config.overcommit() == 1
        ? bytes
        : (long) Math.ceil(bytes / config.overcommit());
  }

  private static void put(Map<String, Long> charges, String key, long bytes) {
    if (bytes == 0) {
      charges.remove(key);
    } else {
      charges.put(key, bytes);
    }
  }

  private static long sum(Map<String, Long> charges) {
    return Bytes.sum(charges.values().stream().mapToLong(Long::longValue));
  }
}
