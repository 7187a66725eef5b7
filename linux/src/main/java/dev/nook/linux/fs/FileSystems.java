package dev.nook.linux.fs;

import dev.nook.linux.syscall.FileSystemStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// Makes, recognises, grows and measures filesystems.
public interface FileSystems {
  /// Which filesystem an image holds, read from its superblock.
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

  /// What the filesystem of an image or a block device has noted of errors that its kernel met.
  /// Runs no process.
  ErrorState errors(Path imageOrDevice, FileSystemType type) throws IOException;

  /// What the kernel has met of errors on a mounted filesystem, in words; empty when it has met
  /// none. Of ext4 and btrfs it is what they have counted, of XFS what it finds damaged now; of a
  /// type that Nook does not know, nothing. One that has shut down may answer EIO.
  Optional<String> met(Path mountPoint) throws IOException;

  /// Takes back, durably, the note of an unmounted filesystem that its journal was aborted; its
  /// journal stays as it is. Mounting it would make of the note a mark that says only that it must
  /// be checked. Nothing noted is fine.
  void forgetAbort(Path imageOrDevice, FileSystemType type) throws IOException;

  /// Formats a regular file, whatever it holds, with 4096-byte blocks and sectors and this UUID. A
  /// fully allocated file keeps its blocks. The file is not synced.
  void format(Path image, FileSystemType type, UUID uuid, Allocation allocation) throws IOException;

  /// Grows an unmounted filesystem to its device where that cannot be done mounted: ext4 without
  /// CAP_SYS_RESOURCE. It is checked first and never mended: EUCLEAN when it is not clean. Nothing
  /// to do is fine.
  void expandUnmounted(Path device, FileSystemType type) throws IOException;

  /// Grows a mounted filesystem to its device; nothing to do, or mounted read-only, is fine. EPERM:
  /// this host grows ext4 only while unmounted.
  void expand(Path mountPoint, FileSystemType type) throws IOException;

  Usage usage(Path mountPoint) throws IOException;

  /// Gives an unmounted, unattached image whose log is clean another UUID, durable but for a sync
  /// of the file; `probe` then says it. EUCLEAN when its log is not clean.
  void changeUuid(Path image, FileSystemType type, UUID uuid) throws IOException;

  /// As [#changeUuid], of a filesystem that holds no file yet: what its kernel hashes names with is
  /// new too, so that the owner of a copy does not know that of another.
  void changeUuidAndHashSeed(Path image, FileSystemType type, UUID uuid) throws IOException;

  /// The program that [#format] runs, as it is installed now: equal texts, equal program.
  String formatter(FileSystemType type) throws IOException;
}
