package dev.nook.linux.fs;

import dev.nook.linux.syscall.FileSystemStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// Makes, recognises, grows and measures filesystems.
public interface FileSystems {
  /// The filesystem in an image, read from its superblock.
  record Identity(FileSystemType type, UUID uuid) {}

  /// What statvfs(3) says of a mounted filesystem, bytes and inodes. `availableBytes` is what an
  /// unprivileged writer may still take; `inodes` are 0 where the filesystem counts none.
  record Usage(
      long totalBytes,
      long usedBytes,
      long availableBytes,
      long totalInodes,
      long usedInodes,
      long availableInodes) {
    public static Usage of(FileSystemStatus status) {
      return new Usage(
          status.totalBytes(),
          status.totalBytes() - status.freeBytes(),
          status.availableBytes(),
          status.inodes(),
          status.inodes() - status.freeInodes(),
          status.freeInodes());
    }
  }

  /// Reads the superblock of an image or a block device; empty when it holds none that Nook makes.
  /// A device that cannot be read is an [IOException], never "empty". Runs no process.
  Optional<Identity> probe(Path imageOrDevice) throws IOException;

  /// Returns the errors that the filesystem of an image or a block device has noted. Runs no
  /// process.
  ErrorState errors(Path imageOrDevice, FileSystemType type) throws IOException;

  /// Describes the errors that the kernel has met on a mounted filesystem; empty when it has met
  /// none. For ext4 and btrfs they are what was counted, for XFS what it finds damaged now; for an
  /// unknown type it is empty. EIO is possible for one that has shut down.
  Optional<String> met(Path mountPoint) throws IOException;

  /// Clears, durably, the note of an unmounted filesystem that its journal was aborted; the journal
  /// stays unchanged. A mount would turn the note into a mark that only says that it must be
  /// checked. Does nothing where nothing is noted.
  void forgetAbort(Path imageOrDevice, FileSystemType type) throws IOException;

  /// Formats a regular file, whatever it holds, with 4096-byte blocks and sectors and this UUID. A
  /// fully allocated file keeps its blocks. The file is not synced.
  void format(Path image, FileSystemType type, UUID uuid, Allocation allocation) throws IOException;

  /// Grows an unmounted filesystem to its device where that cannot be done mounted: ext4 without
  /// CAP_SYS_RESOURCE. It is checked first and not mended: EUCLEAN when it is not clean. Does
  /// nothing when it fills its device.
  void expandUnmounted(Path device, FileSystemType type) throws IOException;

  /// Grows a mounted filesystem to its device; does nothing when it fills its device or is mounted
  /// read-only. EPERM: this host grows ext4 only while unmounted.
  void expand(Path mountPoint, FileSystemType type) throws IOException;

  Usage usage(Path mountPoint) throws IOException;

  /// Gives the filesystem in an unmounted, unattached image another UUID, which `probe` then
  /// returns; the file is not synced. EUCLEAN when its log is not clean.
  void changeUuid(Path image, FileSystemType type, UUID uuid) throws IOException;

  /// Changes the UUID of a copy as [#changeUuid] does, and the seed with which names are hashed, so
  /// that the owner of one copy does not know another's. For a filesystem without files only.
  ///
  /// @param template what the image is a copy of, byte for byte; of an ext4 the superblocks are
  ///   read here, so that nothing of a new image has to be read from the disk
  void changeUuidAndHashSeed(Path image, Path template, FileSystemType type, UUID uuid)
      throws IOException;

  /// Identifies the installed program that [#format] runs: equal texts mean the same program.
  String formatter(FileSystemType type) throws IOException;
}
