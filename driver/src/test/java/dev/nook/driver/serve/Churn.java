package dev.nook.driver.serve;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// Keeps data and metadata of a filesystem in flight: overwrites one file at random, and makes,
/// renames and deletes small files and directories. It never holds more than [#MOST_BYTES].
final class Churn implements Closeable {
  static final long MOST_BYTES = 32 << 20;

  private static final int BLOCK_BYTES = 4096;
  private static final int OVERWRITTEN_BLOCKS = 4096;
  private static final int DIRECTORIES = 16;
  private static final int FILES = 32;
  private static final int FILE_BYTES = 3 * BLOCK_BYTES;

  private final Path folder;
  private final FileChannel overwritten;
  private final SplittableRandom random;
  private volatile long steps;

  Churn(Path newFolder, long seed) throws IOException {
    folder = Files.createDirectory(newFolder);
    random = new SplittableRandom(seed);
    for (int i = 0; i < DIRECTORIES; i++) {
      Files.createDirectory(directory(i));
    }
    overwritten = FileChannel.open(folder.resolve("overwritten"), CREATE, WRITE);
  }

  /// How much it has done.
  long steps() {
    return steps;
  }

  void step() throws IOException {
    switch (random.nextInt(8)) {
      case 0, 1 -> overwrite(1 + random.nextInt(8));
      case 2, 3 -> Files.write(file(), bytes(random.nextInt(FILE_BYTES)));
      case 4 -> rename(file(), file());
      case 5 -> Files.deleteIfExists(file());
      case 6 -> makeOrDeleteDirectory(directory(random.nextInt(DIRECTORIES)).resolve("more"));
      default -> overwritten.force(random.nextBoolean());
    }
    long taken = steps + 1;
    steps = taken;
  }

  private void overwrite(int blocks) throws IOException {
    long at = (long) random.nextInt(OVERWRITTEN_BLOCKS) * BLOCK_BYTES;
    int _ = overwritten.write(ByteBuffer.wrap(bytes(blocks * BLOCK_BYTES)), at);
  }

  private static void rename(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, REPLACE_EXISTING);
    }
  }

  private void makeOrDeleteDirectory(Path directory) throws IOException {
    Path inside = directory.resolve("inside");
    if (Files.deleteIfExists(inside)) {
      Files.delete(directory);
    } else {
      Files.createDirectory(directory);
      Files.createDirectory(inside);
    }
  }

  private Path directory(int number) {
    return folder.resolve("directory-" + number);
  }

  private Path file() {
    return directory(random.nextInt(DIRECTORIES)).resolve("file-" + random.nextInt(FILES));
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  @Override
  public void close() throws IOException {
    overwritten.close();
  }
}
