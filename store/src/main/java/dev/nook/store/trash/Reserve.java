package dev.nook.store.trash;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.record.Layout;
import java.io.IOException;

/// The file `reserve`: a few blocks that are released when a full disk has none left for a delete,
/// and taken again when there is space.
public final class Reserve {
  public static final long BYTES = 4L << 20;

  private final Layout layout;
  private final Disk disk;

  public Reserve(Layout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /// Gives the blocks back to the filesystem.
  public void release() throws IOException {
    disk.remove(layout.reserve());
  }

  /// Takes the blocks, unless they are taken or the filesystem is nearly full.
  public void take() throws IOException {
    if (disk.stat(layout.reserve()).isPresent()
        || disk.space(layout.root()).availableBytes() < 4 * BYTES) {
      return;
    }
    try {
      disk.allocate(layout.reserve(), BYTES, Allocation.FULL);
    } catch (SystemCallException e) {
      release();
      if (!e.is(Errno.ENOSPC) && !e.is(Errno.EDQUOT)) {
        throw e;
      }
    }
  }
}
