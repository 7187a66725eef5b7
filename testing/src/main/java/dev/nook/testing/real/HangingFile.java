package dev.nook.testing.real;

import static dev.nook.linux.syscall.OpenFlag.O_PATH;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.MountSyscalls;
import dev.nook.linux.syscall.Syscalls;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// A file of zeroes on a filesystem in user space
/// ([fuse(4)](https://man7.org/linux/man-pages/man4/fuse.4.html)) whose server can stop answering:
/// then every system call that asks it waits uninterruptibly until [#abort].
public final class HangingFile implements Closeable {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final int LOOKUP = 1;
  private static final int GETATTR = 3;
  private static final int OPEN = 14;
  private static final int READ = 15;
  private static final int WRITE = 16;
  private static final int RELEASE = 18;
  private static final int FLUSH = 25;
  private static final int INIT = 26;

  /// FORGET, INTERRUPT, BATCH_FORGET: they get no answer.
  private static final Set<Integer> UNANSWERED = Set.of(2, 36, 42);

  private static final int ENOSYS = 38;
  private static final int HEADER = 16;
  private static final int ROOM = 1 << 18;
  private static final long ROOT = 1;
  private static final long NODE = 2;
  private static final long NOSUID_NODEV = 6;

  private final FileChannel device;
  private final Path mountPoint;
  private final long bytes;
  private final Thread server = new Thread(this::serve, "hanging-file");
  private volatile boolean hangs;

  private HangingFile(FileChannel device, Path mountPoint, long bytes) {
    this.device = device;
    this.mountPoint = mountPoint;
    this.bytes = bytes;
  }

  /// @param mountPoint an empty directory
  public static HangingFile in(Path mountPoint, long bytes) throws IOException {
    List<Path> before = descriptors();
    FileChannel device =
        FileChannel.open(DEVICE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    HangingFile file = new HangingFile(device, mountPoint, bytes);
    Path mine =
        descriptors().stream().filter(one -> !before.contains(one)).findFirst().orElseThrow();
    try (Fd target = Syscalls.open(mountPoint, O_PATH)) {
      String options =
          "fd=%s,rootmode=40000,user_id=0,group_id=0,allow_other".formatted(mine.getFileName());
      MountSyscalls.mount(Path.of("hanging"), target, "fuse", NOSUID_NODEV, options);
    }
    file.server.setDaemon(true);
    file.server.start();
    return file;
  }

  private static List<Path> descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(HangingFile::isOfTheDevice).toList();
    }
  }

  private static boolean isOfTheDevice(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(DEVICE);
    } catch (IOException _) { // The one that the listing itself had open.
      return false;
    }
  }

  public Path path() {
    return mountPoint.resolve("file");
  }

  /// Stops answering.
  public void hang() {
    hangs = true;
  }

  private void serve() {
    ByteBuffer in = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    ByteBuffer out = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
    try {
      while (device.read(in.clear()) > 0) {
        if (!hangs && !UNANSWERED.contains(in.getInt(4))) {
          int error = answer(in, out.clear().position(HEADER));
          out.flip();
          int _ =
              device.write(out.putInt(0, out.limit()).putInt(4, -error).putLong(8, in.getLong(8)));
        }
      }
    } catch (IOException _) {
      // It was unmounted.
    }
  }

  private int answer(ByteBuffer in, ByteBuffer out) {
    switch (in.getInt(4)) {
      case INIT -> zeroes(out.putInt(7).putInt(31), 12).putInt(ROOM / 2).position(HEADER + 64);
      case LOOKUP -> attributes(zeroes(out.putLong(NODE), 32), NODE);
      case GETATTR -> attributes(zeroes(out, 16), in.getLong(16));
      case OPEN -> zeroes(out, 16);
      case READ -> zeroes(out, in.getInt(56));
      case WRITE -> zeroes(out.putInt(in.getInt(56)), 4);
      case RELEASE, FLUSH -> {}
      default -> {
        return ENOSYS;
      }
    }
    return 0;
  }

  /// Struct fuse_attr.
  private void attributes(ByteBuffer out, long node) {
    out.putLong(node).putLong(node == ROOT ? 0 : bytes);
    zeroes(out, 44).putInt(node == ROOT ? 0040755 : 0100600).putInt(1);
    zeroes(out, 20);
  }

  private static ByteBuffer zeroes(ByteBuffer out, int count) {
    return out.put(new byte[count]);
  }

  /// Ends every waiting call with an error: the filesystem is dead, though still mounted.
  public void abort() throws IOException {
    device.close();
  }

  /// Unmounts it. Nobody may have the file open any more.
  @Override
  public void close() throws IOException {
    abort();
    MountSyscalls.umount(mountPoint);
  }
}
