package dev.nook.store.space;

import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolConfig;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import java.util.Optional;

/// The most bytes that may be charged to a pool in total, from what its filesystem has.
///
/// @param sizeBytes the operator's limit; empty for the whole filesystem
/// @param reserve what is kept free of the filesystem
/// @param overheadBytes what the filesystem takes for itself
/// @param overcommit how many bytes of thin volumes are provisioned per byte, at least 1
public record Budget(
    Optional<Long> sizeBytes, Reserved reserve, long overheadBytes, double overcommit) {
  /// Returns the budget of a pool on a filesystem that has this space.
  ///
  /// @param owned whether the pool has its filesystem for itself
  public static Budget of(PoolConfig config, Disk.Space space, boolean owned) {
    long overhead = owned ? Overhead.of(space) : 0;
    return new Budget(
        config.sizeBytes(),
        total -> config.reserve().of(total, owned),
        overhead,
        config.overcommit());
  }

  /// Says how many bytes are kept free of a filesystem of so many.
  public interface Reserved {
    long of(long totalBytes);
  }

  long reserveBytes(Disk.Space space) {
    return reserve.of(space.totalBytes());
  }

  long bytes(Disk.Space space) {
    long whole = Bytes.minus(space.totalBytes(), Bytes.plus(overheadBytes, reserveBytes(space)));
    return sizeBytes.map(size -> Math.min(size, whole)).orElse(whole);
  }

  /// Returns what so many bytes are charged.
  long charged(long bytes, Provisioning provisioning) {
    double ratio = ratio(provisioning);
    return ratio == 1 ? bytes : (long) Math.ceil(bytes / ratio);
  }

  /// Returns how many bytes can be provisioned where so many are left.
  long provisioned(long left, Provisioning provisioning) {
    return (long) (left * ratio(provisioning));
  }

  private double ratio(Provisioning provisioning) {
    return provisioning == Provisioning.THIN ? overcommit : 1;
  }
}
