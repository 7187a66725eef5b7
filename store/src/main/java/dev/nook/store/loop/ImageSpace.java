package dev.nook.store.loop;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.record.Home;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.nio.file.Path;

/// Says what the filesystem of a pool means for its images: how large one can be, and whether
/// discards are passed on to it.
record ImageSpace(Disk disk) {
  /// Returns the size of the largest image, in whole blocks, on the filesystem that holds a path.
  long maximumBytes(Path path) throws IOException {
    long most = Math.min(disk.space(path).largestFileBytes(), CapacityRange.LARGEST);
    return most / CapacityRange.BLOCK * CapacityRange.BLOCK;
  }

  private boolean isFreedByExtents(Home home) throws IOException {
    return disk.space(home.directory()).is(FileSystemType.BTRFS);
  }

  /// Whether what a volume discards goes back to the pool. Not where it may be part of an extent:
  /// the extent stays allocated, and the volume could take other space beside it.
  boolean discards(Shape shape, Home home) throws IOException {
    return shape.provisioning() == Shape.Provisioning.THIN && !isFreedByExtents(home);
  }
}
