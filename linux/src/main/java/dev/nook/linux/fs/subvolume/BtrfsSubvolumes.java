package dev.nook.linux.fs.subvolume;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.fs.disk.Btrfs;
import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.fs.disk.TreeRemoval;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.FanotifySyscalls;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Manages subvolumes by ioctl(2), and reads their charges and limits from sysfs.
public final class BtrfsSubvolumes implements Subvolumes {
  private static final int PRIVATE_DIRECTORY = 0700;
  private static final KernelDisk DISK = new KernelDisk();

  @Override
  public void enableQuotas(Path mountPoint) throws IOException {
    try (Fd fd = directory(mountPoint)) {
      BtrfsIoctl.enableSimpleQuotas(fd);
      BtrfsIoctl.commit(fd);
      if (!QuotaGroups.of(fd).areSimple()) {
        throw new IOException(mountPoint + " has another kind of quotas switched on");
      }
    }
  }

  @Override
  public boolean enforced(Path directory) throws IOException {
    try (Fd fd = directory(directory)) {
      return Btrfs.holds(fd) && QuotaGroups.of(fd).areSimple();
    }
  }

  @Override
  public void create(Path newSubvolume, long limitBytes) throws IOException {
    try (Fd directory = directory(newSubvolume.resolveSibling(""))) {
      String name = newSubvolume.getFileName().toString();
      BtrfsIoctl.createSubvolume(directory, name);
      try (Fd made = Syscalls.openat(directory, name, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
        Syscalls.fchmod(made, PRIVATE_DIRECTORY);
        limitInGroupOfItsOwn(directory, BtrfsIoctl.subvolumeId(made), limitBytes);
        BtrfsIoctl.commit(directory);
      } catch (SystemCallException e) {
        undo(e, newSubvolume);
        throw e;
      }
    }
  }

  /// The kernel reserves space for quota changes in the subvolume through which it is asked; a full
  /// one has none (EDQUOT), so such requests go through the parent directory.
  private static void limitInGroupOfItsOwn(Fd outside, long id, long limitBytes)
      throws SystemCallException {
    long group = QuotaGroups.groupOf(id);
    createFresh(outside, group);
    BtrfsIoctl.limit(outside, group, limitBytes);
    BtrfsIoctl.assign(outside, id, group);
  }

  /// Creates a group, and removes a stale one of the same id first: after a mount, btrfs gives the
  /// highest ids of deleted subvolumes out again, and their groups may still be there.
  private static void createFresh(Fd anyFile, long group) throws SystemCallException {
    try {
      BtrfsIoctl.createGroup(anyFile, group);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      BtrfsIoctl.removeGroup(anyFile, group);
      BtrfsIoctl.createGroup(anyFile, group);
    }
  }

  private void undo(SystemCallException failure, Path subvolume) {
    try {
      delete(subvolume);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  public void limit(Path subvolume, long limitBytes) throws IOException {
    try (Fd fd = subvolume(subvolume);
        Fd outside = directory(subvolume.resolveSibling(""))) {
      BtrfsIoctl.limit(outside, QuotaGroups.groupOf(BtrfsIoctl.subvolumeId(fd)), limitBytes);
    }
  }

  @Override
  public Quota quota(Path subvolume) throws IOException {
    try (Fd fd = subvolume(subvolume)) {
      return QuotaGroups.of(fd).quota(BtrfsIoctl.subvolumeId(fd));
    }
  }

  @Override
  public void snapshot(Path subvolume, Path newSubvolume, boolean readOnly, long limitBytes)
      throws IOException {
    try (Fd source = subvolume(subvolume);
        Fd directory = directory(newSubvolume.resolveSibling(""))) {
      String name = newSubvolume.getFileName().toString();
      BtrfsIoctl.snapshot(source, directory, name, readOnly);
      if (readOnly) {
        return;
      }
      try (Fd made = Syscalls.openat(directory, name, O_RDONLY, O_DIRECTORY, O_NOFOLLOW)) {
        limitInGroupOfItsOwn(directory, BtrfsIoctl.subvolumeId(made), limitBytes);
        BtrfsIoctl.commit(directory);
      } catch (SystemCallException e) {
        undo(e, newSubvolume);
        throw e;
      }
    }
  }

  @Override
  public Optional<Path> nested(Path subvolume) throws IOException {
    try (Fd fd = subvolume(subvolume)) {
      return BtrfsIoctl.pathOfOneChild(fd, BtrfsIoctl.subvolumeId(fd)).map(subvolume::resolve);
    }
  }

  @Override
  public boolean isSubvolume(Path path) throws IOException {
    try (Fd fd = directory(path)) {
      return isSubvolume(fd);
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case ENOENT, ENOTDIR, ELOOP -> false;
        default -> throw e;
      };
    }
  }

  @Override
  public void delete(Path subvolume) throws IOException {
    if (DISK.stat(subvolume).isEmpty()) {
      return;
    }
    try (Fd parent = directory(subvolume.resolveSibling(""))) {
      long id = release(parent, subvolume);
      try {
        destroyWithAllInside(parent, id);
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENAMETOOLONG) && !e.is(Errno.EROFS)) {
          throw e;
        }
        TreeRemoval.removeWithSubvolumes(subvolume);
      }
    }
  }

  /// Clears what may keep a subvolume from being deleted: its limit, at which even a deletion fails
  /// with EDQUOT, and the read-only flag that its owner may have set.
  private static long release(Fd outside, Path subvolume) throws IOException {
    try (Fd fd = subvolume(subvolume)) {
      long id = BtrfsIoctl.subvolumeId(fd);
      if (QuotaGroups.of(fd).areSimple()) {
        unlessGone(() -> BtrfsIoctl.liftLimits(outside, QuotaGroups.groupOf(id)));
      }
      BtrfsIoctl.makeWritable(fd);
      return id;
    }
  }

  @Override
  public long confine(Path anyDirectory, long firstId) throws IOException {
    try (Fd fd = directory(anyDirectory)) {
      return Btrfs.holds(fd) && QuotaGroups.of(fd).areSimple()
          ? NestedSubvolumes.confine(fd, firstId)
          : firstId;
    }
  }

  @Override
  public Watch watch(Path anyDirectory) throws IOException {
    Fd queue = FanotifySyscalls.watchCreations(anyDirectory);
    return new Watch() {
      @Override
      public boolean await(Duration longest) throws IOException {
        return FanotifySyscalls.drain(queue, longest);
      }

      @Override
      public void close() throws IOException {
        queue.close();
      }
    };
  }

  @Override
  public long orphanedBytes(Path anyDirectory) throws IOException {
    try (Fd fd = directory(anyDirectory)) {
      if (!Btrfs.holds(fd) || !QuotaGroups.of(fd).areSimple()) {
        return 0;
      }
      long bytes = 0;
      for (long id : QuotaGroups.of(fd).limited()) {
        bytes += BtrfsIoctl.stands(fd, id) ? 0 : charged(fd, id);
      }
      return bytes;
    }
  }

  /// Returns what is charged to a group; a group that is removed meanwhile had nothing left.
  private static long charged(Fd anyFile, long id) throws IOException {
    try {
      return QuotaGroups.of(anyFile).quota(id).usedBytes();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
        return 0;
      }
      throw e;
    }
  }

  /// Deletes a subvolume with all nested ones, deepest first and by id. By path the kernel could
  /// fail for hostile content: with ENAMETOOLONG for a deep one, with EROFS below a read-only one.
  /// A nested one may also have a limit that its maker set.
  private static void destroyWithAllInside(Fd outside, long id) throws IOException {
    List<Long> family = new ArrayList<>(List.of(id));
    for (int next = 0; next < family.size(); next++) {
      family.addAll(BtrfsIoctl.childrenOf(outside, family.get(next)));
    }
    if (family.size() > 1 && QuotaGroups.of(outside).areSimple()) {
      for (long member : family) {
        unlessGone(() -> BtrfsIoctl.liftLimits(outside, member));
      }
    }
    for (long member : family.reversed()) {
      BtrfsIoctl.destroySubvolume(outside, member);
    }
  }

  /// Removes groups of deleted subvolumes that the kernel's cleaner has emptied, usually those of
  /// earlier deletions. No id is used twice until the filesystem is mounted again, and then
  /// [#createFresh] handles it, so a group that waits does no harm.
  private static void removeOrphanedGroups(Fd anyFile) throws IOException {
    QuotaGroups groups = QuotaGroups.of(anyFile);
    if (groups.areSimple()) {
      for (long id : groups.orphans()) {
        unlessGone(() -> BtrfsIoctl.removeGroup(anyFile, QuotaGroups.groupOf(id)));
      }
    }
  }

  @Override
  public boolean cleaning(Path anyDirectory) throws IOException {
    try (Fd fd = directory(anyDirectory)) {
      return Btrfs.holds(fd) && BtrfsIoctl.isCleaning(fd);
    }
  }

  /// A new subvolume has its group before it has its root; on disk it has both. The kernel refuses
  /// to remove a group to which something is charged.
  @Override
  public void reclaim(Path anyDirectory) throws IOException {
    try (Fd fd = directory(anyDirectory)) {
      if (!Btrfs.holds(fd) || !QuotaGroups.of(fd).areSimple()) {
        return;
      }
      List<Long> uncharged = QuotaGroups.of(fd).uncharged();
      if (!uncharged.isEmpty()) {
        BtrfsIoctl.commit(fd);
      }
      if (BtrfsIoctl.isCleaning(fd)) {
        Cleaner.wake(fd);
      }
      for (long id : uncharged) {
        if (!BtrfsIoctl.exists(fd, id)) {
          unlessGone(() -> BtrfsIoctl.removeGroup(fd, id));
        }
      }
      removeOrphanedGroups(fd);
    }
  }

  private static void unlessGone(GroupChange change) throws SystemCallException {
    try {
      change.run();
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT) && !e.is(Errno.EBUSY)) {
        throw e;
      }
    }
  }

  private static Fd directory(Path path) throws SystemCallException {
    return Syscalls.open(path, O_RDONLY, O_DIRECTORY, O_NOFOLLOW);
  }

  /// EINVAL when the directory is an ordinary one.
  private static Fd subvolume(Path path) throws SystemCallException {
    Fd fd = directory(path);
    try {
      if (!isSubvolume(fd)) {
        throw new SystemCallException("open", path + " as a subvolume", Errno.EINVAL);
      }
      return fd;
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private static boolean isSubvolume(Fd directory) throws SystemCallException {
    return Btrfs.holds(directory)
        && Syscalls.fstat(directory).inode() == BtrfsIoctl.FIRST_FREE_OBJECTID;
  }

  @FunctionalInterface
  private interface GroupChange {
    void run() throws SystemCallException;
  }
}
