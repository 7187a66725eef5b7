package dev.nook.store.loop;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.CapacityRange;
import dev.nook.store.Shape;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What images take of their pool. btrfs frees an extent only when no file has a part of it any
/// more, so that there an image can hold more than it shows, and more than its size.
record ImageSpace(Disk disk) {
  /// The largest image, in whole blocks, on the filesystem that holds a path.
  long maximumBytes(Path path) throws IOException {
    long most = Math.min(disk.space(path).largestFileBytes(), CapacityRange.LARGEST);
    return most / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  boolean isFreedByExtents(Home home) throws IOException {
    return disk.space(home.directory()).is(FileSystemType.BTRFS);
  }

  Optional<Long> heldBytes(Home home) throws IOException {
    Optional<Disk.Stat> stat = image(home);
    return stat.isPresent() && isFreedByExtents(home)
        ? Optional.of(disk.holding(home.image()).bytes())
        : stat.map(Disk.Stat::allocatedBytes);
  }

  /// What a copy made now would keep: blocks behind the end of an image are not shared.
  long sharedBytes(Home home) throws IOException {
    Optional<Disk.Stat> stat = image(home);
    if (stat.isEmpty() || isFreedByExtents(home)) {
      return heldBytes(home).orElse(0L);
    }
    return stat.get().allocatedWithinSizeBytes();
  }

  /// A copy answers for all that it shares: what it was made from may be overwritten, or gone.
  long keptBytes(Home home, boolean copy) throws IOException {
    if (image(home).isEmpty() || !isFreedByExtents(home)) {
      return 0;
    }
    Disk.Holding holding = disk.holding(home.image());
    return copy && disk.shares(home.image())
        ? holding.bytes()
        : Math.max(0, holding.bytes() - holding.shownBytes());
  }

  /// What is discarded goes back to the pool, but not where it may be part of an extent: that stays
  /// taken while the volume can take other space for it.
  boolean discards(Shape shape, Home home) throws IOException {
    return shape.provisioning() == Shape.Provisioning.THIN && !isFreedByExtents(home);
  }

  private Optional<Disk.Stat> image(Home home) throws IOException {
    return disk.stat(home.image()).filter(stat -> stat.kind() == Disk.Kind.FILE);
  }
}
