package dev.nook.store;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.nio.file.Path;
import java.util.Optional;

/// A pool as the operator configured it.
///
/// @param path the pool's root: absolute, without `.` and `..`, passing through no symbolic link
/// @param image the pool lies in a file of its own, [#imageFile], that is mounted on the path
/// @param sizeBytes the most bytes that may be charged; empty for the whole filesystem
/// @param reserve the space that is kept free
/// @param overcommit how many bytes of thin volumes are provisioned per byte, at least 1
/// @param limits how many volumes and snapshots it may hold
public record PoolConfig(
    PoolName name,
    Path path,
    Optional<Image> image,
    Optional<Long> sizeBytes,
    Reserve reserve,
    double overcommit,
    PoolLimits limits) {

  /// The file of a pool that has a filesystem of its own in it.
  public record Image(long bytes, FileSystemType type) {
    public Image {
      if (type == FileSystemType.EXT4) {
        throw new IllegalArgumentException("a pool image must be xfs or btrfs");
      }
      if (bytes < type.minimumBytes() || bytes % FileSystemType.BLOCK_BYTES != 0) {
        throw new IllegalArgumentException(
            "a pool image of %s must have whole blocks of %d bytes and at least %d bytes"
                .formatted(type, FileSystemType.BLOCK_BYTES, type.minimumBytes()));
      }
    }
  }

  /// The part of the filesystem that is kept free, because kubelet evicts pods from a node whose
  /// disk is nearly full.
  public sealed interface Reserve {
    record Bytes(long bytes) implements Reserve {
      public Bytes {
        if (bytes < 0) {
          throw new IllegalArgumentException("a reserve must not be negative");
        }
      }
    }

    record Percent(double percent) implements Reserve {
      public Percent {
        if (!(percent >= 0 && percent <= 100)) {
          throw new IllegalArgumentException("a reserve must be 0 to 100 percent");
        }
      }
    }

    /// 2 % of a filesystem that the pool owns, 15 % of one that it shares.
    record Default() implements Reserve {}

    default long of(long totalBytes, boolean owned) {
      return switch (this) {
        case Bytes(long bytes) -> bytes;
        case Percent(double percent) -> (long) (totalBytes * percent / 100);
        case Default _ -> totalBytes / 100 * (owned ? 2 : 15);
      };
    }
  }

  public PoolConfig {
    if (!path.isAbsolute() || !path.normalize().equals(path) || path.getNameCount() == 0) {
      throw new IllegalArgumentException(
          "pool %s: its path must be absolute, without . and ..: %s".formatted(name, path));
    }
    if (!(overcommit >= 1) || Double.isInfinite(overcommit)) {
      throw new IllegalArgumentException("pool %s: overcommit must be at least 1".formatted(name));
    }
    if (sizeBytes.isPresent() && sizeBytes.get() <= 0) {
      throw new IllegalArgumentException("pool %s: size must be more than 0".formatted(name));
    }
  }

  /// Returns the configuration of a pool that may use the whole filesystem of a directory.
  public static PoolConfig of(PoolName name, Path path) {
    return new PoolConfig(
        name,
        path,
        Optional.empty(),
        Optional.empty(),
        new Reserve.Default(),
        1,
        PoolLimits.DEFAULT);
  }

  /// Returns the file of the pool's image, beside its root, whether or not it has one.
  public Path imageFile() {
    return path.resolveSibling(path.getFileName() + ".img");
  }

  public PoolConfig withImage(Image newImage) {
    return new PoolConfig(
        name, path, Optional.of(newImage), sizeBytes, reserve, overcommit, limits);
  }

  public PoolConfig withSize(long newSizeBytes) {
    return new PoolConfig(
        name, path, image, Optional.of(newSizeBytes), reserve, overcommit, limits);
  }

  public PoolConfig withReserve(Reserve newReserve) {
    return new PoolConfig(name, path, image, sizeBytes, newReserve, overcommit, limits);
  }

  public PoolConfig withOvercommit(double newOvercommit) {
    return new PoolConfig(name, path, image, sizeBytes, reserve, newOvercommit, limits);
  }

  public PoolConfig withLimits(PoolLimits newLimits) {
    return new PoolConfig(name, path, image, sizeBytes, reserve, overcommit, newLimits);
  }

  /// Refuses copies of thick volumes in a pool with overcommit, with `NotReady`: what a copy shares
  /// with its origin is taken twice when both are written, and thin volumes may have taken that
  /// space.
  public void requireCopies(StoredId origin, Content content) throws StorageException {
    if (content.shape().provisioning() == Shape.Provisioning.THICK && overcommit > 1) {
      throw new StorageException.NotReady(
          origin,
          "pool %s promises more than it has (overcommit %s), so a copied thick volume would not be sure of its space; use a pool without overcommit"
              .formatted(name, overcommit));
    }
  }
}
