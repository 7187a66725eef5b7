package dev.nook.linux.block;

/// What a loop device showed when it was asked: device and inode of the backing file, or the number
/// of the block device below, and the label. Only attaching changes the first three, or
/// LOOP_CHANGE_FD on a read-only device.
///
/// @param backingFile the file's name as sysfs had it then: as this process sees it, or cut short
///   where its mount namespace is gone
record Shown(long device, long inode, long rdev, String label, String backingFile) {
  /// Returns what is known of a device that cannot tell what it shows, because its backing file's
  /// filesystem is gone or hangs.
  static Shown untold(String backingFile) {
    return new Shown(0, 0, 0, "", backingFile);
  }

  boolean isTold() {
    return inode != 0;
  }

  boolean isBehind(Backing backing) {
    return isTold()
        && backing.rdev() == rdev
        && (rdev != 0 || (backing.device() == device && backing.inode() == inode));
  }
}
