package dev.nook.store.volume;

import java.util.List;
import java.util.UUID;

/// What a volume holds once made: what NodeStage compares the bytes with.
public sealed interface Content {
  Shape shape();

  /// Whether the kernel holds writers to the size by a quota, and counts to it what copies keep.
  default boolean enforced() {
    return false;
  }

  record Raw(Shape.Raw shape) implements Content {}

  /// @param uuid what the filesystem's superblock must say
  record Formatted(Shape.Formatted shape, UUID uuid) implements Content {}

  /// @param enforced whether the kernel holds writers to the size by a quota
  /// @param shares what it shared at the cut with what it was made from: the kernel counts that to
  ///   whoever wrote it first, so it is charged beside the size
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
