package dev.nook.linux.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Btrfs subvolumes whose size is enforced by simple quotas: each has a level-1 quota group of its
/// own, which nested subvolumes inherit, so that a pod cannot write past the limit by making some.
public interface Subvolumes {
  /// Bytes charged to a subvolume's level-1 group and the most that it may hold.
  record Quota(long usedBytes, long limitBytes) {}

  /// Turns simple quotas on. For filesystems that Nook has formatted only.
  void enableQuotas(Path mountPoint) throws IOException;

  /// Whether this directory lies on a btrfs with simple quotas on.
  boolean enforced(Path directory) throws IOException;

  /// Makes a subvolume of mode 0700 with its level-1 group, limited to `limitBytes` before anyone
  /// can write; on disk when this returns.
  void create(Path newSubvolume, long limitBytes) throws IOException;

  /// Sets the limit, which is in force when this returns and on disk some time later: after a power
  /// cut an older limit may be back. A full subvolume can be given a higher one.
  void limit(Path subvolume, long limitBytes) throws IOException;

  Quota quota(Path subvolume) throws IOException;

  /// Makes a point-in-time copy of a subvolume that shares its blocks; it is on disk when this
  /// returns. A writable one gets its own level-1 group with this limit before anyone can write; a
  /// read-only one has no limit. What both share stays charged to the one that wrote it first.
  void snapshot(Path subvolume, Path newSubvolume, boolean readOnly, long limitBytes)
      throws IOException;

  /// Returns the path of a subvolume below this one, in whose place a snapshot would have an empty
  /// directory. For people to read: characters other than printable ASCII are `?`.
  Optional<Path> nested(Path subvolume) throws IOException;

  boolean isSubvolume(Path path) throws IOException;

  /// Notices what is created in one filesystem.
  interface Watch extends Closeable {
    /// Waits, at most this long, until something has been created since the last call; returns
    /// whether anything was. Nothing is missed between calls.
    boolean await(Duration longest) throws IOException;
  }

  /// Watches the whole filesystem that holds this directory.
  Watch watch(Path anyDirectory) throws IOException;

  /// Makes nested subvolumes count towards the limit of the subvolume around them, and no other,
  /// whatever their maker asked of the kernel. Looks at those with this id or a later one, in the
  /// whole filesystem of this directory. Does nothing without quotas.
  ///
  /// @return the id from which to look the next time; begin with 0
  long confine(Path anyDirectory, long firstId) throws IOException;

  /// Returns the bytes charged to deleted subvolumes, in the whole filesystem of this directory:
  /// all that their copies still keep, and for a moment what the kernel has not freed yet. 0
  /// without quotas.
  long orphanedBytes(Path anyDirectory) throws IOException;

  /// Lifts all limits and deletes nested subvolumes depth-first, then this one; does nothing when
  /// it is absent. The space is free when the kernel's cleaner has run. What a copy still shares
  /// stays charged to the deleted subvolume's group, until [#reclaim] finds that empty.
  void delete(Path subvolume) throws IOException;

  /// Whether the kernel's cleaner is still freeing what a deleted subvolume held; false where there
  /// is no cleaner.
  boolean cleaning(Path anyDirectory) throws IOException;

  /// Wakes the kernel's cleaner, and removes the groups of deleted subvolumes to which nothing is
  /// charged any more, in the whole filesystem of this directory. Does nothing without quotas.
  void reclaim(Path anyDirectory) throws IOException;
}
