package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;

/// Uses [fanotify(7)](https://man7.org/linux/man-pages/man7/fanotify.7.html) to notice that
/// something was created on a filesystem.
public final class FanotifySyscalls {
  private static final int FAN_CLOEXEC = 0x1;
  private static final int FAN_NONBLOCK = 0x2;
  private static final int FAN_REPORT_FID = 0x200;
  private static final int FAN_MARK_ADD = 0x1;
  private static final int FAN_MARK_FILESYSTEM = 0x100;
  private static final long FAN_CREATE = 0x100;
  private static final long FAN_ONDIR = 0x40000000;
  private static final int AT_FDCWD = -100;
  private static final short POLLIN = 1;
  private static final int BUFFER_BYTES = 64 << 10;

  private FanotifySyscalls() {}

  /// Returns a queue of events for what is created anywhere on the filesystem of this directory,
  /// through whatever mount. If the queue overflows, an event says so.
  public static Fd watchCreations(Path directory) throws SystemCallException {
    int flags = FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_FID;
    Fd queue =
        new Fd(
            (int) check("fanotify_init", directory, () -> C.fanotify_init(flags, 0)),
            "events of " + directory);
    byte[] path = CString.bytes(directory.toString());
    int mark = FAN_MARK_ADD | FAN_MARK_FILESYSTEM;
    try {
      check(
          "fanotify_mark",
          directory,
          () -> C.fanotify_mark(queue.number(), mark, FAN_CREATE | FAN_ONDIR, AT_FDCWD, path));
      return queue;
    } catch (SystemCallException e) {
      queue.close();
      throw e;
    }
  }

  /// Waits for an event and takes all that are there; returns false when none came in time.
  public static boolean drain(Fd queue, Duration longest) throws SystemCallException {
    ByteBuffer pollfd = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    pollfd.putInt(0, queue.number()).putShort(4, POLLIN);
    int milliseconds = Math.toIntExact(longest.toMillis());
    if (check("poll", queue, () -> C.poll(pollfd.array(), 1, milliseconds)) == 0) {
      return false;
    }
    byte[] events = new byte[BUFFER_BYTES];
    try {
      while (check("read", queue, () -> C.read(queue.number(), events, events.length)) > 0) {
        // Their content does not matter.
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.EAGAIN)) {
        throw e;
      }
    }
    return true;
  }
}
