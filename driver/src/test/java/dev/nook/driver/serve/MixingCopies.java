package dev.nook.driver.serve;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// A host that copies, slowly and from beginning to end, where it should reflink.
final class MixingCopies {
  private static final int PIECES = 8;

  /// What goes on while a piece is copied.
  interface Meanwhile {
    void pass() throws Exception;
  }

  private final Disk disk;
  private final Path mixed;
  private final Meanwhile meanwhile;

  private MixingCopies(Disk disk, Path mixed, Meanwhile meanwhile) {
    this.disk = disk;
    this.mixed = mixed;
    this.meanwhile = meanwhile;
  }

  /// @param mixed copies of what lies in it mix moments, others do not
  static Linux of(Linux linux, Path mixed, Meanwhile meanwhile) {
    var copies = new MixingCopies(linux.disk(), mixed, meanwhile);
    return linux.with(copies.port());
  }

  private Disk port() {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              try {
                Object result = method.invoke(disk, arguments);
                if (method.getName().equals("reflink")
                    && arguments[0] instanceof Path from
                    && arguments[1] instanceof Path to
                    && from.startsWith(mixed)) {
                  copy(from, to);
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void copy(Path from, Path to) throws Exception {
    try (FileChannel in = FileChannel.open(from, READ);
        FileChannel out = FileChannel.open(to, WRITE)) {
      long end = in.size();
      for (long at = 0; at < end; at += end / PIECES) {
        meanwhile.pass();
        copy(in, at, Math.min(at + end / PIECES, end), out);
      }
    }
  }

  private static void copy(FileChannel in, long from, long to, FileChannel out) throws IOException {
    for (long at = from; at < to; ) {
      at += in.transferTo(at, to - at, out.position(at));
    }
  }
}
