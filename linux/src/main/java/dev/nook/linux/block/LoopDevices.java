package dev.nook.linux.block;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Loop devices, found and checked by what the kernel says of them (LOOP_GET_STATUS64: device and
/// inode of the backing file), never by a path's text.
///
/// See [loop(4)](https://man7.org/linux/man-pages/man4/loop.4.html).
public interface LoopDevices {
  enum Access {
    READ_WRITE,
    READ_ONLY
  }

  /// What to attach. Sectors are always 4096 bytes and direct I/O is always asked for.
  ///
  /// @param backing a regular file, or a block device for a read-only view of it
  /// @param discards whether a discard punches holes into the backing file; false keeps a fully
  ///   allocated image allocated; a read-only device discards nothing either way
  /// @param label at most 63 bytes kept by the kernel beside the device (lo_file_name)
  record Attach(Path backing, Access access, boolean discards, String label) {}

  /// An attached device as the kernel describes it.
  ///
  /// @param device `/dev/loopN`
  /// @param rdev the number of the device itself
  /// @param backingDevice st_dev of the backing file
  /// @param backingInode st_ino of the backing file; 0 where the device cannot say what it shows,
  ///   because the filesystem below is gone or hangs, and then only its name is known
  /// @param backingRdev st_rdev of the backing file: not 0 only when it is itself a block device
  /// @param backingFile the name of the backing file when it was first seen attached, as the kernel
  ///   writes it: as this process sees it, ` (deleted)` behind it when it was removed
  /// @param label what attaching left beside the device; whoever may write the device can change it
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

  /// Attaches a backing file that is not attached yet with this access (EBUSY when it is), or makes
  /// one more view of a block device, under a number that nobody had before, and verifies by
  /// reading back that the device shows that very inode.
  Loop attach(Attach attach) throws IOException;

  /// The device that has this file or block device attached with this access; no device is asked
  /// while a lease on the file says that nobody has it open. Empty also when there is no such file:
  /// an unlinked one is found by [#known] and [#all].
  Optional<Loop> find(Path backing, Access access) throws IOException;

  /// What is attached at a loop device node; empty when nothing is. Waits for no backing file.
  Optional<Loop> at(Path device) throws IOException;

  /// Every device as it was last seen attached, from memory: [#at] says what one of them shows now.
  List<Loop> known() throws IOException;

  /// Whether a device still shows what it was seen to show. Waits for no backing file.
  boolean isStill(Loop seen) throws IOException;

  /// Looks at every device of this host, and asks those that show something new. Of a device whose
  /// backing file hangs or is gone all but that file's identity is said; each such is waited for
  /// once, for a moment.
  List<Loop> all() throws IOException;

  /// Holds a device that was found attached to what [#attach] makes, and returns what it is then:
  /// discards, direct I/O, and that it stays until it is detached are put right; EINVAL naming the
  /// difference where it would have to be attached anew: its sectors, a part of the file instead of
  /// all of it. ENXIO when nothing is attached.
  Loop verify(Path device, boolean discards) throws IOException;

  /// Detaches, and returns only when the kernel shows the device free; free already is fine. EBUSY
  /// when it is mounted or open anywhere, in any namespace, and then it stays attached; the message
  /// names the holders that can be seen.
  void detach(Path device) throws IOException;

  /// fsync(2) of the device: what was written to it is in its backing file.
  void sync(Path device) throws IOException;

  /// Makes the device as large as its backing file is now; returns its size in bytes.
  long resize(Path device) throws IOException;
}
