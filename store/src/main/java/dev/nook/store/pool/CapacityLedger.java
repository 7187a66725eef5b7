package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.CapacityRange;
import dev.nook.store.Shape.Provisioning;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// What a pool has promised. Bytes are reserved here, under one lock, before any is written, so
/// that calls in parallel cannot promise the same bytes twice.
///
/// A thin volume is charged its size divided by the overcommit ratio, a thick one its size, what
/// was deleted whatever it still holds until it is gone.
final class CapacityLedger {
  /// Asks the filesystem what it has now.
  interface Gauge {
    Disk.Space read() throws IOException;
  }

  /// Bytes promised to one volume. Closing it takes back what was not settled.
  final class Reservation implements AutoCloseable {
    private final String key;
    private final long before;
    private final Provisioning provisioning;
    private final long extra;
    private boolean open = true;

    private Reservation(String key, long before, long after, Provisioning provisioning) {
      this.key = key;
      this.before = before;
      this.provisioning = provisioning;
      this.extra = after - before;
    }

    /// Ends the reservation: the volume has this many bytes.
    void settle(long bytes) {
      end(charge(bytes, provisioning));
    }

    @Override
    public void close() {
      end(before);
    }

    private void end(long charge) {
      synchronized (CapacityLedger.this) {
        if (open) {
          open = false;
          arriving -= extra;
          put(volumes, key, charge);
        }
      }
    }
  }

  private final PoolConfig config;
  private final boolean owned;
  private final Gauge gauge;
  private final Map<String, Long> volumes = new HashMap<>();
  private final Map<String, Long> trash = new HashMap<>();
  private long arriving;
  private Disk.Space space;

  /// @param owned whether the pool has its filesystem for itself
  CapacityLedger(PoolConfig config, boolean owned, Gauge gauge) throws IOException {
    this.config = config;
    this.owned = owned;
    this.gauge = gauge;
    this.space = gauge.read();
  }

  /// Promises a volume that has `from` bytes now the bytes up to `to`; empty when they are not
  /// there.
  synchronized Optional<Reservation> reserve(
      String key, long from, long to, Provisioning provisioning) throws IOException {
    if (to - from > available(provisioning)) {
      return Optional.empty();
    }
    long before = volumes.getOrDefault(key, 0L);
    long after = Math.max(before, charge(to, provisioning));
    put(volumes, key, after);
    arriving += after - before;
    return Optional.of(new Reservation(key, before, after, provisioning));
  }

  /// What can be promised now, in whole blocks, never negative.
  synchronized long available(Provisioning provisioning) throws IOException {
    space = gauge.read();
    return lastAvailable(provisioning);
  }

  synchronized long lastAvailable(Provisioning provisioning) {
    double ratio = provisioning == Provisioning.THIN ? config.overcommit() : 1;
    long promised = (long) (Math.max(0, size() - charged()) * ratio);
    long free = space.availableBytes() - reserved() - arriving;
    return Math.max(0, Math.min(promised, free)) / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  /// Charges a volume that exists, room or not.
  synchronized void charge(String key, long bytes, Provisioning provisioning) {
    put(volumes, key, charge(bytes, provisioning));
  }

  /// Charges what lies in the trash, or will.
  synchronized void chargeTrash(String entry, long bytes) {
    put(trash, entry, bytes);
  }

  /// Turns a volume's charge into that of its trash, in one step.
  ///
  /// @param held what it still holds; empty: what it was charged
  synchronized void discard(String key, String entry, Optional<Long> held) {
    Long charge = volumes.remove(key);
    put(trash, entry, held.orElse(charge == null ? 0 : charge));
  }

  synchronized void emptied(String entry) {
    trash.remove(entry);
  }

  /// The most that volumes and trash may be charged together.
  synchronized long size() {
    long whole = Math.max(0, space.totalBytes() - reserved());
    return config.sizeBytes().map(size -> Math.min(size, whole)).orElse(whole);
  }

  synchronized long charged() {
    return sum(volumes) + sum(trash);
  }

  synchronized long trashBytes() {
    return sum(trash);
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
    return charges.values().stream().mapToLong(Long::longValue).sum();
  }
}
