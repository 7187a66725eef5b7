package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// Files of `/proc` and `/sys`, whose text the kernel makes while it is read: what reading one
/// costs goes by the length of the text, so the bytes are counted.
public final class PseudoFile {
  /// The kernel fills at most a page with an attribute of sysfs.
  private static final int PAGE = 4096;

  private static final LongAdder BYTES = new LongAdder();

  private PseudoFile() {}

  /// How many bytes this process has read of such files until now.
  public static long bytesRead() {
    return BYTES.sum();
  }

  /// All of a file.
  public static byte[] read(Path file) throws SystemCallException {
    ByteBuffer text = ByteBuffer.allocate(PAGE);
    try (Fd fd = Syscalls.open(file, O_RDONLY)) {
      while (Syscalls.pread(fd, text, text.position()) > 0) {
        if (!text.hasRemaining()) {
          text = ByteBuffer.allocate(4 * text.capacity()).put(text.flip());
        }
      }
    }
    return counted(text);
  }

  /// All of an attribute of sysfs, which one reading returns ([sysfs(5)](
  /// https://docs.kernel.org/filesystems/sysfs.html)).
  public static byte[] attribute(Path file) throws SystemCallException {
    ByteBuffer text = ByteBuffer.allocate(PAGE);
    try (Fd fd = Syscalls.open(file, O_RDONLY)) {
      int _ = Syscalls.pread(fd, text, 0);
    }
    return counted(text);
  }

  private static byte[] counted(ByteBuffer text) {
    BYTES.add(text.position());
    return Arrays.copyOf(text.array(), text.position());
  }
}
