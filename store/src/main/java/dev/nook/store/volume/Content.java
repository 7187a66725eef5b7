package dev.nook.store.volume;

import java.util.List;
import java.util.UUID;

/// What a volume contains, with which NodeStageVolume compares what it finds.
public sealed interface Content {
  Shape shape();

  /// Whether a quota enforces the size; the kernel then counts what copies keep towards it.
  default boolean enforced() {
    return false;
  }

  record Raw(Shape.Raw shape) implements Content {}

  /// @param uuid the UUID in the filesystem's superblock
  record Formatted(Shape.Formatted shape, UUID uuid) implements Content {}

  /// @param enforced whether a quota enforces the size
  /// @param shares what it shared with its source when it was made: the kernel counts that towards
  ///   the one that wrote it first, so it is charged in addition to the size
  record Tree(Shape.Tree shape, boolean enforced, List<Share> shares) implements Content {
    public Tree {
      shares = List.copyOf(shares);
    }

    public Tree(Shape.Tree shape, boolean enforced) {
      this(shape, enforced, List.of());
    }

    public long sharedBytes() {
      return Bytes.sum(shares.stream().mapToLong(Share::bytes));
    }
  }
}
