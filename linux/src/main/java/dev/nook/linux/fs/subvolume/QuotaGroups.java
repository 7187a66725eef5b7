package dev.nook.linux.fs.subvolume;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The quota groups of one btrfs as sysfs shows them under
/// `/sys/fs/btrfs/<fsid>/qgroups/<level>_<id>`
/// ([btrfs-quota(8)](https://btrfs.readthedocs.io/en/latest/btrfs-quota.html)).
record QuotaGroups(Path sysfs) {
  private static final KernelDisk DISK = new KernelDisk();
  private static final int LEVEL_SHIFT = 48;
  private static final String SIMPLE = "squota";

  static QuotaGroups of(Fd anyFile) throws SystemCallException {
    String id = BtrfsIoctl.fileSystemId(anyFile).toString();
    return new QuotaGroups(Path.of("/sys/fs/btrfs", id, "qgroups"));
  }

  /// Returns the level-1 group of a subvolume.
  static long groupOf(long subvolumeId) {
    return 1L << LEVEL_SHIFT | subvolumeId;
  }

  /// Whether quotas are on and are simple ones: a nested subvolume escapes the others.
  boolean areSimple() throws IOException {
    try {
      return read(sysfs.resolve("mode")).equals(SIMPLE);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /// Returns what the level-1 group of a subvolume is charged, and its limit. Data that is written
  /// but not allocated yet is in `rsv_data`.
  Subvolumes.Quota quota(long subvolumeId) throws IOException {
    Path group = sysfs.resolve("1_" + subvolumeId);
    return new Subvolumes.Quota(
        number(group.resolve("referenced")) + number(group.resolve("rsv_data")),
        number(group.resolve("max_referenced")));
  }

  /// Returns the subvolumes that have, or had, a level-1 group.
  List<Long> limited() throws IOException {
    return DISK.list(sysfs).stream()
        .filter(name -> name.startsWith("1_"))
        .map(name -> Long.parseLong(name.substring(2)))
        .toList();
  }

  /// Returns the deleted subvolumes of which only the level-1 group is left.
  List<Long> orphans() throws IOException {
    Set<String> names = Set.copyOf(DISK.list(sysfs));
    return names.stream()
        .filter(name -> name.startsWith("1_"))
        .map(name -> name.substring(2))
        .filter(id -> !names.contains("0_" + id))
        .map(Long::parseLong)
        .toList();
  }

  /// Returns the subvolumes to which nothing is charged: deleted, or not yet on disk.
  List<Long> uncharged() throws IOException {
    List<Long> ids = new ArrayList<>();
    for (String name : DISK.list(sysfs)) {
      if (name.startsWith("0_") && isUncharged(name)) {
        ids.add(Long.parseLong(name.substring(2)));
      }
    }
    return ids;
  }

  /// Whether nothing is charged to a group. One that is removed meanwhile has no file any more, or
  /// one that cannot be read.
  private boolean isUncharged(String group) throws IOException {
    try {
      return number(sysfs.resolve(group).resolve("referenced")) == 0;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
        return false;
      }
      throw e;
    }
  }

  private static long number(Path attribute) throws IOException {
    return Long.parseUnsignedLong(read(attribute));
  }

  private static String read(Path attribute) throws IOException {
    return new String(PseudoFile.attribute(attribute), US_ASCII).strip();
  }
}
