package dev.nook.store.loop;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.record.Home;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// What a pool's filesystem means for its images: how large one can be, and whether what is
/// discarded in one is freed.
record ImageSpace(Disk disk) {
  /// The largest image, in whole blocks, on the filesystem that holds a path.
  long maximumBytes(Path path) throws IOException {
    long most = Math.min(disk.space(path).largestFileBytes(), CapacityRange.LARGEST);
    return most / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  private boolean isFreedByExtents(Home home) throws IOException {
    return disk.space(home.directory()).is(FileSystemType.BTRFS);
  }

  /// What is discarded goes back to the pool, but not where it may be part of an extent: that stays
  /// taken while the volume can take other space for it.
  boolean discards(Shape shape, Home home) throws IOException {
    return shape.provisioning() == Shape.Provisioning.THIN && !isFreedByExtents(home);
  }
}
