package dev.nook.linux.block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Loop devices, identified by what the kernel says of them (LOOP_GET_STATUS64: device and inode of
/// the backing file), not by a path's text.
///
/// See [loop(4)](https://man7.org/linux/man-pages/man4/loop.4.html).
public interface LoopDevices {
  enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /// What to attach. Sectors have 4096 bytes, and direct I/O is asked for.
  ///
  /// @param backing a regular file; or a block device, for a read-only view of it
  /// @param discards whether a discard punches holes into the backing file; false keeps a fully
  ///   allocated image allocated; a read-only device discards nothing either way
  /// @param label at most 63 bytes that the kernel keeps with the device (lo_file_name)
  record Attach(Path backing, Access access, boolean discards, String label) {}

  /// An attached device as the kernel describes it.
  ///
  /// @param device `/dev/loopN`
  /// @param rdev the number of the device itself
  /// @param backingDevice st_dev of the backing file
  /// @param backingInode st_ino of the backing file; 0 where the device cannot tell, because the
  ///   filesystem below is gone or hangs; then only the file's name is known
  /// @param backingRdev st_rdev of the backing file: 0 unless it is itself a block device
  /// @param backingFile the name of the backing file when it was first seen attached, as this
  ///   process sees it, followed by ` (deleted)` when it was removed
  /// @param label the label that was given when it was attached; whoever may write to the device
  ///   can change it
  record Loop(
      Path device,
      long rdev,
      long backingDevice,
      long backingInode,
      long backingRdev,
      String backingFile,
      long bytes,
      boolean readOnly,
      boolean directIo,
      String label) {}

  /// Attaches a backing file that is not yet attached with this access (EBUSY when it is), or makes
  /// another view of a block device, under a random number that is not in use, and verifies that
  /// the device shows that inode.
  Loop attach(Attach attach) throws IOException;

  /// Returns the device to which this file or block device is attached with this access. No device
  /// is asked while a lease on the file shows that nobody has it open. Empty also when there is no
  /// such file; an unlinked one is found by [#known] and [#all].
  Optional<Loop> find(Path backing, Access access) throws IOException;

  /// Returns what is attached at a loop device node; empty when nothing is. Waits for no backing
  /// file.
  Optional<Loop> at(Path device) throws IOException;

  /// Returns every device as it was last seen, from memory; [#at] says what one shows now.
  List<Loop> known() throws IOException;

  /// Whether a device still shows what it was seen to show. Waits for no backing file.
  boolean isStill(Loop seen) throws IOException;

  /// Looks at every device of this host, and asks those that show something new. Waits once, for a
  /// moment, for each device whose backing file hangs or is gone; only that file's identity is then
  /// unknown.
  List<Loop> all() throws IOException;

  /// Makes an attached device what [#attach] would make, and returns it: corrects discards, direct
  /// I/O and autoclear. EINVAL, naming the difference, where it would have to be attached again:
  /// other sectors, or a part of the file. ENXIO when nothing is attached.
  Loop verify(Path device, boolean discards) throws IOException;

  /// Detaches a device, and returns when the kernel shows it free; does nothing when it is free.
  /// EBUSY when it is mounted or open in any namespace: then it stays attached, and the message
  /// names the visible holders.
  void detach(Path device) throws IOException;

  /// fsync(2) of the device, after which what was written to it is in its backing file.
  void sync(Path device) throws IOException;

  /// Makes the device as large as its backing file; returns its size in bytes.
  long resize(Path device) throws IOException;
}
