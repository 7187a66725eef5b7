package dev.nook.store.loop;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/// Changes a file as tenants and filesystems do: writes of any size, holes, a shorter file that
/// grows again, and blocks that are written with what they held.
final class RandomWrites {
  private static final int BLOCK = 4096;

  private RandomWrites() {}

  static void into(Path file, Random random, int times) throws IOException {
    long bytes = sizeOf(file);
    for (int i = 0; i < times; i++) {
      long at = random.nextLong(bytes / BLOCK) * BLOCK;
      switch (random.nextInt(10)) {
        case 0 -> punch(file, at, Math.min(bytes - at, (1 + random.nextInt(64)) * (long) BLOCK));
        case 1 -> shorten(file, Math.max(bytes - random.nextInt(1 << 20), BLOCK), bytes);
        case 2 -> rewrite(file, at);
        case 3 -> write(file, random, at + random.nextInt(BLOCK), 1 + random.nextInt(300), bytes);
        default -> write(file, random, at, (1 + random.nextInt(16)) * BLOCK, bytes);
      }
    }
  }

  private static long sizeOf(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return channel.size();
    }
  }

  private static void write(Path file, Random random, long at, int length, long bytes)
      throws IOException {
    byte[] content = new byte[(int) Math.min(length, bytes - at)];
    random.nextBytes(content);
    put(file, ByteBuffer.wrap(content), at);
  }

  private static void put(Path file, ByteBuffer content, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(content, at);
      channel.force(false);
    }
  }

  private static void rewrite(Path file, long at) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    try (FileChannel channel = FileChannel.open(file)) {
      channel.read(block, at);
    }
    put(file, block.flip(), at);
  }

  private static void shorten(Path file, long to, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(to);
    }
    try (Fd fd = Syscalls.open(file, OpenFlag.O_RDWR)) {
      Syscalls.ftruncate(fd, bytes);
    }
  }

  private static void punch(Path file, long at, long length) throws IOException {
    try (Fd fd = Syscalls.open(file, OpenFlag.O_RDWR)) {
      Syscalls.punchHole(fd, at, length);
    }
  }
}
