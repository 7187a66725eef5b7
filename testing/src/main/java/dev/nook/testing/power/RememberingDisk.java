package dev.nook.testing.power;

import static dev.nook.linux.syscall.OpenFlag.O_CREAT;
import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.MountSyscalls;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.testing.power.Fuse.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// A program that serves a filesystem of one file and logs every write, zero and flush before it
/// answers. It runs until the filesystem is unmounted or its input ends, so it does not outlive the
/// process that started it. Requests are served one after the other, so whatever is before a flush
/// in the log came before it.
final class RememberingDisk {
  /// The one file.
  static final String NAME = "disk";

  /// The line that it prints when the file is there.
  static final String READY = "mounted";

  private static final long ROOT = 1;
  private static final long FILE = 2;
  private static final int DIRECTORY_MODE = 0040700;
  private static final int FILE_MODE = 0100600;
  private static final int BLOCK = 4096;
  private static final long NOSUID_NODEV = 2 | 4;
  private static final int DIRECT_IO = 1;
  private static final int KEEP_SIZE_AND_PUNCH_HOLE = 1 | 2;
  private static final int ZERO_RANGE = 0x10;
  private static final int LONG_VALID_SECONDS = 3600;

  private final Fuse fuse;
  private final WriteLog log;
  private final Fd content;
  private final long bytes;
  private final ByteBuffer read = ByteBuffer.allocateDirect(Fuse.MAX_WRITE);

  private RememberingDisk(Fuse fuse, WriteLog log, Fd content, long bytes) {
    this.fuse = fuse;
    this.log = log;
    this.content = content;
    this.bytes = bytes;
  }

  /// @param arguments the mount point, the files of the log and the content, and the disk's size in
  ///   bytes
  public static void main(String[] arguments) throws IOException {
    Path mountPoint = Path.of(arguments[0]);
    long bytes = Long.parseLong(arguments[3]);
    try (Fuse fuse = Fuse.open();
        WriteLog log = WriteLog.create(Path.of(arguments[1]));
        Fd content = Syscalls.open(Path.of(arguments[2]), O_RDWR, O_CREAT, O_EXCL)) {
      Syscalls.ftruncate(content, bytes);
      mount(fuse, mountPoint);
      System.out.println(READY);
      Thread.ofPlatform().daemon().start(RememberingDisk::endWithInput);
      new RememberingDisk(fuse, log, content, bytes).serve();
    }
  }

  private static void mount(Fuse fuse, Path mountPoint) throws IOException {
    try (Fd target = Syscalls.open(mountPoint, O_RDONLY, O_DIRECTORY)) {
      String data = "fd=%d,rootmode=40000,user_id=0,group_id=0".formatted(fuse.descriptor());
      MountSyscalls.mount(Path.of("nook-test-disk"), target, "fuse", NOSUID_NODEV, data);
    }
  }

  private static void endWithInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException _) {
      // Input that cannot be read has ended.
    }
    Runtime.getRuntime().halt(1);
  }

  private void serve() throws IOException {
    Optional<Request> request = fuse.next();
    while (request.isPresent()) {
      serve(request.get());
      request = fuse.next();
    }
  }

  private void serve(Request request) throws IOException {
    switch (request.opcode()) {
      case Fuse.INIT -> begin(request);
      case Fuse.LOOKUP -> lookUp(request);
      case Fuse.GETATTR, Fuse.SETATTR -> describe(request);
      case Fuse.OPEN -> open(request);
      case Fuse.READ -> read(request);
      case Fuse.WRITE -> write(request);
      case Fuse.FALLOCATE -> zero(request);
      case Fuse.FSYNC -> flush(request);
      case Fuse.STATFS -> status(request);
      case Fuse.FLUSH, Fuse.RELEASE, Fuse.DESTROY -> done(request);
      case Fuse.FORGET, Fuse.BATCH_FORGET, Fuse.INTERRUPT -> {} // These want no answer.
      default -> fuse.fail(request, Errno.ENOSYS.number());
    }
  }

  private void done(Request request) throws IOException {
    fuse.room();
    fuse.answer(request);
  }

  private void begin(Request request) throws IOException {
    ByteBuffer room = fuse.room();
    room.putInt(7).putInt(31).putInt(0).putInt(0);
    room.putShort((short) 64).putShort((short) 48).putInt(Fuse.MAX_WRITE).putInt(1);
    room.put(new byte[36]);
    fuse.answer(request);
  }

  private void lookUp(Request request) throws IOException {
    if (request.node() != ROOT || !request.name().equals(NAME)) {
      fuse.fail(request, Errno.ENOENT.number());
      return;
    }
    ByteBuffer room = fuse.room();
    room.putLong(FILE).putLong(0).putLong(LONG_VALID_SECONDS).putLong(LONG_VALID_SECONDS);
    attributes(room.putInt(0).putInt(0), FILE);
    fuse.answer(request);
  }

  private void describe(Request request) throws IOException {
    attributes(fuse.room().putLong(LONG_VALID_SECONDS).putInt(0).putInt(0), request.node());
    fuse.answer(request);
  }

  private void attributes(ByteBuffer room, long node) {
    long size = node == ROOT ? 0 : bytes;
    room.putLong(node).putLong(size).putLong(size / 512);
    room.put(new byte[3 * Long.BYTES + 3 * Integer.BYTES]); // times
    room.putInt(node == ROOT ? DIRECTORY_MODE : FILE_MODE).putInt(node == ROOT ? 2 : 1);
    room.putInt(0).putInt(0).putInt(0).putInt(BLOCK).putInt(0);
  }

  private void open(Request request) throws IOException {
    fuse.room().putLong(1).putInt(DIRECT_IO).putInt(0);
    fuse.answer(request);
  }

  private void read(Request request) throws IOException {
    long offset = request.arguments().getLong(8);
    int wanted = request.arguments().getInt(16);
    read.clear().limit(wanted);
    while (read.hasRemaining() && Syscalls.pread(content, read, offset + read.position()) > 0) {}
    fuse.room().put(read.flip());
    fuse.answer(request);
  }

  private void write(Request request) throws IOException {
    long offset = request.arguments().getLong(8);
    int size = request.arguments().getInt(16);
    ByteBuffer written = request.arguments().slice(40, size);
    log.write(offset, written);
    Syscalls.pwrite(content, written, offset);
    fuse.room().putInt(size).putInt(0);
    fuse.answer(request);
  }

  /// Serves a discard, or zeroes that the kernel need not send; refuses to allocate blocks.
  private void zero(Request request) throws IOException {
    long offset = request.arguments().getLong(8);
    long length = request.arguments().getLong(16);
    int mode = request.arguments().getInt(24);
    if (mode != KEEP_SIZE_AND_PUNCH_HOLE && (mode & ZERO_RANGE) == 0) {
      fuse.fail(request, Errno.EOPNOTSUPP.number());
      return;
    }
    log.zero(offset, length);
    Syscalls.punchHole(content, offset, length);
    done(request);
  }

  private void flush(Request request) throws IOException {
    log.flush();
    done(request);
  }

  private void status(Request request) throws IOException {
    ByteBuffer room = fuse.room();
    room.putLong(bytes / BLOCK).putLong(0).putLong(0).putLong(1).putLong(0);
    room.putInt(BLOCK).putInt(255).putInt(BLOCK).putInt(0).put(new byte[24]);
    fuse.answer(request);
  }
}
