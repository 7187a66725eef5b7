package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where a path leads in the fake kernel.
///
/// @param path without symbolic links and dots, as mountinfo would show it
/// @param real the file in the temporary folder that is read and written instead
record Place(Mount mount, Path path, Path real) {
  Superblock superblock() {
    return mount.superblock;
  }

  /// Whether something is there; a mount stays when what it shows is removed.
  boolean exists() {
    return isMountPoint() || Files.exists(real, LinkOption.NOFOLLOW_LINKS);
  }

  boolean isDirectory() {
    return Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS);
  }

  boolean isBlockDevice() {
    return superblock().devices && !isDirectory();
  }

  boolean isSubvolume() throws IOException {
    return isDirectory() && superblock().subvolumes.containsKey(inode());
  }

  /// Returns the innermost enclosing subvolume, other than the top one.
  Optional<Superblock.Subvolume> subvolume() throws IOException {
    Superblock superblock = superblock();
    if (superblock.subvolumes.isEmpty()) {
      return Optional.empty();
    }
    Path at = real;
    while (at != null && !at.equals(superblock.folder)) {
      Superblock.Subvolume subvolume = superblock.subvolumes.get(inodeOrZero(at));
      if (subvolume != null) {
        return Optional.of(subvolume);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }

  /// st_dev of what lies here.
  long device() throws IOException {
    return subvolume().map(Superblock.Subvolume::device).orElse(superblock().topDevice());
  }

  boolean isTopOfBtrfs() {
    return superblock().is(FileSystemType.BTRFS) && real.equals(superblock().folder);
  }

  boolean isMountPoint() {
    return path.equals(mount.mountPoint);
  }

  /// Throws ENOENT, or ENOTDIR where a file is in the middle of the path.
  Place mustExist(String call) throws IOException {
    if (!exists() && new KernelDisk().stat(real).isEmpty()) {
      throw refused(call, Errno.ENOENT);
    }
    return this;
  }

  Place mustNotBeALink(String call) throws SystemCallException {
    if (Files.isSymbolicLink(real)) {
      throw refused(call, Errno.ELOOP);
    }
    return this;
  }

  Place mustBeADirectory(String call) throws IOException {
    if (!mustExist(call).isDirectory()) {
      throw refused(call, Errno.ENOTDIR);
    }
    return this;
  }

  Place mustBeWritable(String call) throws IOException {
    if (mount.readOnly() || subvolume().filter(Superblock.Subvolume::readOnly).isPresent()) {
      throw refused(call, Errno.EROFS);
    }
    return this;
  }

  SystemCallException refused(String call, Errno errno) {
    return new SystemCallException(call, path.toString(), errno);
  }

  long inode() throws IOException {
    return inode(real);
  }

  private static long inodeOrZero(Path real) throws IOException {
    try {
      return inode(real);
    } catch (NoSuchFileException _) {
      return 0;
    }
  }

  static long inode(Path real) throws IOException {
    return (Long) Files.getAttribute(real, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }
}
