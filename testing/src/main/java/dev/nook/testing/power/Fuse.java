package dev.nook.testing.power;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The server's end of a filesystem in user space: the kernel's requests, in order, and the answers
/// ([fuse(4)](https://man7.org/linux/man-pages/man4/fuse.4.html), `linux/fuse.h`).
final class Fuse implements Closeable {
  static final int LOOKUP = 1;
  static final int FORGET = 2;
  static final int GETATTR = 3;
  static final int SETATTR = 4;
  static final int OPEN = 14;
  static final int READ = 15;
  static final int WRITE = 16;
  static final int STATFS = 17;
  static final int RELEASE = 18;
  static final int FSYNC = 20;
  static final int FLUSH = 25;
  static final int INIT = 26;
  static final int INTERRUPT = 36;
  static final int DESTROY = 38;
  static final int BATCH_FORGET = 42;
  static final int FALLOCATE = 43;

  static final int MAX_WRITE = 128 << 10;

  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final int ROOM = MAX_WRITE + 4096;
  private static final int IN_HEADER = 40;
  private static final int OUT_HEADER = 16;

  /// A request; `arguments` are valid until [#next] is called again.
  record Request(int opcode, long unique, long node, ByteBuffer arguments) {
    /// Returns the name in a LOOKUP.
    String name() {
      ByteBuffer bytes = arguments.duplicate();
      bytes.limit(bytes.limit() - 1);
      return StandardCharsets.UTF_8.decode(bytes).toString();
    }
  }

  private final FileChannel device;
  private final ByteBuffer in = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());
  private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM).order(ByteOrder.nativeOrder());

  private Fuse(FileChannel device) {
    this.device = device;
  }

  static Fuse open() throws IOException {
    return new Fuse(FileChannel.open(DEVICE, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /// Returns the number of this process's one descriptor of the device.
  int descriptor() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      List<Path> mine = open.filter(Fuse::leadsToDevice).toList();
      if (mine.size() != 1) {
        throw new IOException(
            "%s should be open once, but is open %d times".formatted(DEVICE, mine.size()));
      }
      return Integer.parseInt(mine.getFirst().getFileName().toString());
    }
  }

  private static boolean leadsToDevice(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(DEVICE);
    } catch (IOException _) { // The one that the listing itself had open.
      return false;
    }
  }

  /// Returns the next request; empty when the filesystem was unmounted (ENODEV).
  Optional<Request> next() throws IOException {
    while (true) {
      in.clear();
      try {
        int _ = device.read(in);
        in.flip();
        long unique = in.getLong(8);
        return Optional.of(
            new Request(in.getInt(4), unique, in.getLong(16), arguments(in.getInt(0))));
      } catch (IOException e) {
        String why = String.valueOf(e.getMessage());
        if (why.equals("No such device")) {
          return Optional.empty();
        }
        if (!why.equals("No such file or directory")) { // ENOENT: the request was taken back.
          throw e;
        }
      }
    }
  }

  private ByteBuffer arguments(int length) {
    return in.slice(IN_HEADER, length - IN_HEADER).order(ByteOrder.nativeOrder());
  }

  /// Returns a buffer for the arguments of an answer, which [#answer] sends.
  ByteBuffer room() {
    return out.clear().position(OUT_HEADER);
  }

  /// Answers a request with the content of the [#room].
  void answer(Request request) throws IOException {
    send(request, 0);
  }

  void fail(Request request, int errno) throws IOException {
    room();
    send(request, -errno);
  }

  private void send(Request request, int error) throws IOException {
    out.flip();
    out.putInt(0, out.limit()).putInt(4, error).putLong(8, request.unique());
    try {
      int _ = device.write(out);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).equals("No such file or directory")) {
        throw e;
      }
    }
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
