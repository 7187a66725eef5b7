package dev.nook.store.volume;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;

/// The kind of a volume: backend, access type and parameters in one type, so that nonsense (a thick
/// directory, a block directory) cannot be expressed.
public sealed interface Shape {
  /// Raw block on an image file.
  record Raw(Provisioning provisioning) implements Shape {
    @Override
    public String toString() {
      return provisioning + " raw block";
    }
  }

  /// A filesystem of its own on an image file: ext4 or xfs.
  record Formatted(FileSystemType type, Provisioning provisioning) implements Shape {
    public Formatted {
      if (type == FileSystemType.BTRFS) {
        throw new IllegalArgumentException("a volume holds ext4 or xfs");
      }
    }

    @Override
    public String toString() {
      return "%s %s".formatted(provisioning, type);
    }
  }

  /// A directory of the pool's own filesystem.
  ///
  /// @param quotaRequired false where the class says that its size need not be enforced
  record Tree(boolean quotaRequired) implements Shape {
    @Override
    public String toString() {
      return quotaRequired ? "a directory with quota" : "a directory without quota";
    }
  }

  /// Returns how a volume is charged and allocated.
  default Provisioning provisioning() {
    return switch (this) {
      case Raw(var provisioning) -> provisioning;
      case Formatted(var _, var provisioning) -> provisioning;
      case Tree _ -> Provisioning.THIN;
    };
  }

  enum Provisioning {
    /// Blocks are taken from the pool as they are written.
    THIN(Allocation.SPARSE),
    /// Blocks are taken at creation and kept.
    THICK(Allocation.FULL);

    private final Allocation allocation;

    Provisioning(Allocation allocation) {
      this.allocation = allocation;
    }

    public Allocation allocation() {
      return allocation;
    }

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
