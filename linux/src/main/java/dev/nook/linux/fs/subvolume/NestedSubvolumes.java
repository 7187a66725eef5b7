package dev.nook.linux.fs.subvolume;

import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Confines subvolumes below those that have a level-1 group. They inherit the group unless their
/// maker names other groups, or none, in BTRFS_IOC_SUBVOL_CREATE_V2 or BTRFS_IOC_SNAP_CREATE_V2,
/// which needs no privilege. Only a privileged process can change that afterwards.
final class NestedSubvolumes {
  private NestedSubvolumes() {}

  /// Puts every nested subvolume from one id on into its volume's group and no other. The kernel
  /// charges what they hold to that group at once, even beyond its limit.
  ///
  /// @return the id from which to look the next time: no id is used twice
  static long confine(Fd anyFile, long firstId) throws SystemCallException {
    long next = firstId;
    for (Map.Entry<Long, Long> each : BtrfsIoctl.parentsFrom(anyFile, firstId).entrySet()) {
      confine(anyFile, each.getKey(), each.getValue());
      next = each.getKey() + 1;
    }
    return next;
  }

  private static void confine(Fd anyFile, long id, long parent) throws SystemCallException {
    if (BtrfsIoctl.groupExists(anyFile, QuotaGroups.groupOf(id))) {
      return;
    }
    Optional<Long> group = groupAround(anyFile, parent);
    if (group.isEmpty()) {
      return;
    }
    try {
      List<Long> groups = BtrfsIoctl.groupsOf(anyFile, id);
      if (!groups.contains(group.get())) {
        BtrfsIoctl.assign(anyFile, id, group.get());
      }
      for (long other : groups) {
        if (other != group.get()) {
          BtrfsIoctl.withdraw(anyFile, id, other);
        }
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST) && BtrfsIoctl.stands(anyFile, id)) {
        throw e;
      }
    }
  }

  /// Returns the group of the nearest enclosing subvolume that has one.
  private static Optional<Long> groupAround(Fd anyFile, long id) throws SystemCallException {
    Optional<Long> at = Optional.of(id);
    while (at.isPresent() && !BtrfsIoctl.groupExists(anyFile, QuotaGroups.groupOf(at.get()))) {
      at = BtrfsIoctl.parentOf(anyFile, at.get());
    }
    return at.map(QuotaGroups::groupOf);
  }
}
