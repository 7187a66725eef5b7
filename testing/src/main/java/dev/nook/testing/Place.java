package dev.nook.testing;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.KernelDisk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Where a path leads in the fake kernel.
///
/// @param path without symbolic links and dots, as mountinfo would show it
/// @param real the file in the temporary folder that is read and written instead
record Place(Mount mount, Path path, Path real) {
  Superblock superblock() {
    return mount.superblock;
  }

  /// A mount stays when what it shows has been removed.
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

  /// st_dev of what lies here: that of the innermost subvolume around it.
  long device() throws IOException {
    Superblock superblock = superblock();
    if (!superblock.subvolumes.isEmpty()) {
      Path at = real;
      while (at != null && !at.equals(superblock.folder)) {
        Superblock.Subvolume subvolume =
            Files.exists(at, LinkOption.NOFOLLOW_LINKS)
                ? superblock.subvolumes.get(inode(at))
                : null;
        if (subvolume != null) {
          return subvolume.device();
        }
        at = at.getParent();
      }
    }
    return superblock.topDevice();
  }

  boolean isTopOfBtrfs() {
    return superblock().is(FileSystemType.BTRFS) && real.equals(superblock().folder);
  }

  boolean isMountPoint() {
    return path.equals(mount.mountPoint);
  }

  /// ENOENT, or ENOTDIR where a file stands in the middle of the path.
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

  Place mustBeWritable(String call) throws SystemCallException {
    if (mount.readOnly()) {
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

  static long inode(Path real) throws IOException {
    return (Long) Files.getAttribute(real, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }
}
