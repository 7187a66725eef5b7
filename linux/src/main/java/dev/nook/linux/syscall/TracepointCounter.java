package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.Native.C;
import static dev.nook.linux.syscall.Native.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Counts how often a tracepoint of the kernel is passed by the thread that makes the counter and
/// by all threads that descend from it afterwards, in
/// [perf_event_open(2)](https://man7.org/linux/man-pages/man2/perf_event_open.2.html)'s way: exact,
/// and without stopping anybody.
///
/// It needs root or CAP_PERFMON, Linux 5.13 and a mounted tracefs.
public final class TracepointCounter implements AutoCloseable {
  private static final List<Path> TRACEFS =
      List.of(Path.of("/sys/kernel/tracing/events"), Path.of("/sys/kernel/debug/tracing/events"));
  private static final long NR_PERF_EVENT_OPEN =
      System.getProperty("os.arch").equals("aarch64") ? 241 : 298;
  private static final long CLOSE_ON_EXEC = 8;
  private static final int PERF_TYPE_TRACEPOINT = 2;
  private static final int ATTRIBUTE_BYTES = 64; // PERF_ATTR_SIZE_VER0
  private static final long INHERIT = 1L << 1;
  private static final long INHERIT_THREAD = 1L << 35;
  private static final long SET_FILTER = 0x40082406L;
  private static final long RESET = 0x2403L;
  private static final int THIS_THREAD = 0;
  private static final int ANY_CPU = -1;
  private static final int NO_GROUP = -1;

  private final Fd fd;

  private TracepointCounter(Fd fd) {
    this.fd = fd;
  }

  /// Counts system calls.
  public static TracepointCounter ofSystemCalls() throws IOException {
    return new TracepointCounter(open("raw_syscalls/sys_enter"));
  }

  /// Counts the processes that are started: what is made without CLONE_THREAD.
  public static TracepointCounter ofProcesses() throws IOException {
    return filtered("task/task_newtask", "!(clone_flags & 65536)");
  }

  /// Counts the calls that make something durable: fsync(2), fdatasync(2) and syncfs(2).
  public static TracepointCounter ofSyncs() throws IOException {
    return filtered(
        "raw_syscalls/sys_enter",
        System.getProperty("os.arch").equals("aarch64")
            ? "id == 82 || id == 83 || id == 267"
            : "id == 74 || id == 75 || id == 306");
  }

  /// Counts those passes that a filter of the kernel's event tracing lets through.
  private static TracepointCounter filtered(String event, String condition) throws IOException {
    Fd fd = open(event);
    byte[] filter = CString.bytes(condition);
    try {
      check("PERF_EVENT_IOC_SET_FILTER", fd, () -> C.ioctl(fd.number(), SET_FILTER, filter));
      check("PERF_EVENT_IOC_RESET", fd, () -> C.ioctl(fd.number(), RESET, 0L));
      return new TracepointCounter(fd);
    } catch (SystemCallException e) {
      fd.close();
      throw e;
    }
  }

  private static Fd open(String event) throws IOException {
    byte[] attribute =
        ByteBuffer.allocate(ATTRIBUTE_BYTES)
            .order(ByteOrder.nativeOrder())
            .putInt(PERF_TYPE_TRACEPOINT)
            .putInt(ATTRIBUTE_BYTES)
            .putLong(id(event))
            .putLong(40, INHERIT | INHERIT_THREAD)
            .array();
    long fd =
        check(
            "perf_event_open",
            event,
            () ->
                C.syscall(
                    NR_PERF_EVENT_OPEN, attribute, THIS_THREAD, ANY_CPU, NO_GROUP, CLOSE_ON_EXEC));
    return new Fd((int) fd, event);
  }

  private static long id(String event) throws IOException {
    for (Path events : TRACEFS) {
      try {
        byte[] text = PseudoFile.read(events.resolve(event).resolve("id"));
        return Long.parseLong(new String(text, StandardCharsets.US_ASCII).strip());
      } catch (SystemCallException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
    throw new IOException(
        "tracefs is not mounted; type: mount -t tracefs none /sys/kernel/tracing");
  }

  /// How often it was passed until now.
  public long count() throws SystemCallException {
    byte[] count = new byte[Long.BYTES];
    check("read", fd, () -> C.read(fd.number(), count, count.length));
    return ByteBuffer.wrap(count).order(ByteOrder.nativeOrder()).getLong();
  }

  @Override
  public void close() throws SystemCallException {
    fd.close();
  }
}
