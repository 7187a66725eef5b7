package dev.nook.linux.block;

/// What a loop device showed when it was asked for its status: device and inode of the backing
/// file, or the number of the block device below, and the label. Only attaching changes the first
/// three, and LOOP_CHANGE_FD on a device that is read-only.
///
/// @param backingFile the file's name as sysfs had it then: as this process sees it, or cut short
///   where the mount namespace of that time is gone
record Shown(long device, long inode, long rdev, String label, String backingFile) {
  /// Of a device that cannot say what it shows: its backing file's filesystem is gone or hangs.
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
