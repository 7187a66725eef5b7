package dev.nook.linux.block;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.syscall.FileStatus;

/// The file that a loop device shows, and the access: a block device is identified by its number, a
/// file by its inode.
record Backing(long device, long inode, long rdev, Access access) {
  static Backing of(FileStatus file, Access access) {
    return file.isBlockDevice()
        ? new Backing(0, 0, file.rdev(), access)
        : new Backing(file.device(), file.inode(), 0, access);
  }

  static Backing of(LoopDevices.Loop loop) {
    Access access = loop.readOnly() ? Access.READ_ONLY : Access.READ_WRITE;
    return loop.backingRdev() != 0
        ? new Backing(0, 0, loop.backingRdev(), access)
        : new Backing(loop.backingDevice(), loop.backingInode(), 0, access);
  }

  boolean isBehind(LoopDevices.Loop loop) {
    return equals(of(loop));
  }
}
