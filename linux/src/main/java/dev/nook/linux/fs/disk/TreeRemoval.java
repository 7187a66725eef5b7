package dev.nook.linux.fs.disk;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Removes a directory with everything in it, by the only recursive deletion of the product.
///
/// It walks by descriptors, one name at a time, so that no path can be too long or lead through a
/// link, and keeps its position on the heap: a level costs sixteen bytes and no stack. Descriptors
/// are kept for the innermost levels only; a level above them is opened again through `..` and must
/// then be the same directory as before, because somebody may move it.
public final class TreeRemoval implements AutoCloseable {
  private static final int MOST_OPEN = 64;

  private final Path top;
  private final boolean subvolumesToo;
  private final Deque<Level> open = new ArrayDeque<>();

  /// Device and inode of every level, outermost first.
  private long[] places = new long[32];

  private int depth;

  private TreeRemoval(Path top, boolean subvolumesToo) {
    this.top = top;
    this.subvolumesToo = subvolumesToo;
  }

  /// Removes a tree as [Disk#removeTree] says; a btrfs subvolume inside counts as another
  /// filesystem.
  public static void remove(Path directory) throws SystemCallException {
    run(new TreeRemoval(directory, false));
  }

  /// Removes a tree with the btrfs subvolumes in it, read-only or not. Since Linux 4.18 an empty
  /// subvolume can be removed like an empty directory.
  public static void removeWithSubvolumes(Path directory) throws SystemCallException {
    run(new TreeRemoval(directory, true));
  }

  private static void run(TreeRemoval removal) throws SystemCallException {
    try (removal) {
      if (removal.begin()) {
        removal.empty();
        Syscalls.rmdir(removal.top);
      }
    }
  }

  private boolean begin() throws SystemCallException {
    try {
      enter(Syscalls.open(top, O_RDONLY, O_DIRECTORY, O_NOFOLLOW));
      return true;
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private void empty() throws SystemCallException {
    while (depth > 0) {
      Level level = open.getLast();
      if (level.names.isEmpty()) {
        if (!level.readOn()) {
          leave();
        }
      } else if (isRemoved(level.fd, level.names.element())) {
        level.names.remove();
        level.changed = true;
      } else {
        enter(Syscalls.openBeneath(level.fd, level.names.element(), O_RDONLY, O_DIRECTORY));
      }
    }
  }

  /// Removes an entry unless it is a directory that is not empty. An entry on which something is
  /// mounted stays (EXDEV).
  private static boolean isRemoved(Fd directory, String name) throws SystemCallException {
    try {
      Syscalls.unlinkat(directory, name);
      return true;
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case ENOENT -> true;
        case EISDIR -> isDirectoryRemoved(directory, name);
        case EBUSY -> throw new SystemCallException("unlink", directory + "/" + name, Errno.EXDEV);
        default -> throw e;
      };
    }
  }

  private static boolean isDirectoryRemoved(Fd directory, String name) throws SystemCallException {
    try {
      Syscalls.rmdirat(directory, name);
      return true;
    } catch (SystemCallException e) {
      return switch (e.errno()) {
        case ENOENT -> true;
        case ENOTEMPTY, EBUSY -> false;
        default -> throw e;
      };
    }
  }

  private void enter(Fd fd) throws SystemCallException {
    open.addLast(new Level(fd));
    FileStatus status = Syscalls.fstat(fd);
    boolean foreign = depth > 0 && !subvolumesToo && status.device() != places[0];
    if (status.mountRoot() || foreign) {
      throw new SystemCallException("rmdir", fd.toString(), Errno.EXDEV);
    }
    if (subvolumesToo && status.inode() == BtrfsIoctl.FIRST_FREE_OBJECTID) {
      BtrfsIoctl.makeWritable(fd);
    }
    if (2 * depth == places.length) {
      places = Arrays.copyOf(places, 2 * places.length);
    }
    places[2 * depth] = status.device();
    places[2 * depth + 1] = status.inode();
    depth++;
    if (open.size() > MOST_OPEN) {
      open.removeFirst().fd.close();
    }
  }

  private void leave() throws SystemCallException {
    try (Fd emptied = open.removeLast().fd) {
      depth--;
      if (depth > 0 && open.isEmpty()) {
        Fd above = Syscalls.openat(emptied, "..", O_RDONLY, O_DIRECTORY);
        open.addLast(new Level(above));
        FileStatus status = Syscalls.fstat(above);
        if (status.device() != places[2 * depth - 2] || status.inode() != places[2 * depth - 1]) {
          throw new SystemCallException("rmdir", emptied.toString(), Errno.EAGAIN);
        }
      }
    }
  }

  @Override
  public void close() throws SystemCallException {
    while (!open.isEmpty()) {
      open.removeLast().fd.close();
    }
  }

  /// A directory that is being emptied, and the names read from it that are left.
  private static final class Level {
    private final Fd fd;
    private final Deque<String> names = new ArrayDeque<>();
    private boolean changed;

    private Level(Fd fd) {
      this.fd = fd;
    }

    /// Reads the next names. At the end it begins again if anything was removed, because that may
    /// move entries; returns false when a whole pass has found nothing.
    private boolean readOn() throws SystemCallException {
      names.addAll(Syscalls.getdents(fd));
      if (names.isEmpty() && changed) {
        changed = false;
        Syscalls.rewind(fd);
        names.addAll(Syscalls.getdents(fd));
      }
      return !names.isEmpty();
    }
  }
}
