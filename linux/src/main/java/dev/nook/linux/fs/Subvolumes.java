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

  /// Turns simple quotas on; only ever for a filesystem that Nook has formatted.
  void enableQuotas(Path mountPoint) throws IOException;

  /// Whether this directory lies on a btrfs with simple quotas on.
  boolean enforced(Path directory) throws IOException;

  /// Makes a subvolume of mode 0700 with its level-1 group, limited to `limitBytes` before anyone
  /// can write; on disk when this returns.
  void create(Path newSubvolume, long limitBytes) throws IOException;

  /// In force when this returns, on disk some time later: after a power cut an older limit may be
  /// back. A subvolume that is full can be given a higher one.
  void limit(Path subvolume, long limitBytes) throws IOException;

  Quota quota(Path subvolume) throws IOException;

  /// Makes a subvolume that shares all of another as it is at this moment, on disk when this
  /// returns. A writable one gets its own level-1 group with this limit before anyone can write; a
  /// read-only one has no limit. What both share stays charged to whoever wrote it first.
  void snapshot(Path subvolume, Path newSubvolume, boolean readOnly, long limitBytes)
      throws IOException;

  /// A subvolume below this one: a snapshot would hold an empty directory in its place. For people
  /// to read: whatever is not printable ASCII in its path is a `?`.
  Optional<Path> nested(Path subvolume) throws IOException;

  boolean isSubvolume(Path path) throws IOException;

  /// Notices whatever is made in one filesystem.
  interface Watch extends Closeable {
    /// Waits until something was made since the last call, and no longer than this; whether
    /// anything was. What comes in the meantime is not lost.
    boolean await(Duration longest) throws IOException;
  }

  /// Watches the whole filesystem that holds this directory.
  Watch watch(Path anyDirectory) throws IOException;

  /// Sees to it that subvolumes nested in one with a limit count to that limit, and to no other,
  /// whatever whoever made them told the kernel; all that have this id or a later one, in the whole
  /// filesystem that holds this directory. Nothing to do is fine, also without quotas.
  ///
  /// @return from which id on to look the next time; the first is 0
  long confine(Path anyDirectory, long firstId) throws IOException;

  /// What is charged to subvolumes that are gone, in the whole filesystem that holds this
  /// directory: all that copies of them still keep, and for a moment what the kernel has not given
  /// back yet. 0 without quotas.
  long orphanedBytes(Path anyDirectory) throws IOException;

  /// Lifts all limits, deletes nested subvolumes depth-first, then this one; absent is fine. Space
  /// comes back when the kernel's cleaner has run. What a copy still shares stays charged to the
  /// group of the subvolume that is gone, until [#reclaim] finds it drained.
  void delete(Path subvolume) throws IOException;

  /// Whether the kernel's cleaner is still giving back what a deleted subvolume held; false where
  /// there is none.
  boolean cleaning(Path anyDirectory) throws IOException;

  /// Wakes the kernel's cleaner, and removes the groups of subvolumes that are gone and to which
  /// nothing is charged any more, in the whole filesystem that holds this directory. Nothing to do
  /// is fine, also without quotas.
  void reclaim(Path anyDirectory) throws IOException;
}
