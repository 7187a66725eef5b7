package dev.nook.tools.quickstart;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Does what a pod does: writes into its volume, and nowhere else.
public final class Pod {
  public static final int PIECE_BYTES = 4096;

  private static final String FILE = "hello";
  private static final int CHUNK_BYTES = 1 << 20;

  private Pod() {}

  static String write(Path volume, String text) throws IOException {
    Files.writeString(volume.resolve(FILE), text);
    return quoted(text);
  }

  static String read(Path volume) throws IOException {
    return quoted(Files.readString(volume.resolve(FILE)));
  }

  /// Writes incompressible bytes and syncs them.
  public static void fill(Path file, long bytes) throws IOException {
    try (FileChannel out = open(file)) {
      write(out, bytes);
      out.force(true);
    }
  }

  /// Opens a file that it goes on to write.
  public static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, CREATE, WRITE);
  }

  /// Writes incompressible bytes and leaves them to the kernel.
  public static void leave(Path file, long bytes) throws IOException {
    try (FileChannel out = open(file)) {
      write(out, bytes);
    }
  }

  private static void write(FileChannel out, long bytes) throws IOException {
    var random = new SplittableRandom(bytes);
    byte[] chunk = new byte[CHUNK_BYTES];
    for (long at = 0; at < bytes; at += chunk.length) {
      random.nextBytes(chunk);
      write(out, chunk, at);
    }
  }

  /// Writes every other piece of a block device in random order, and syncs them.
  public static void scatter(Path device, int pieces) throws IOException {
    var random = new SplittableRandom(pieces);
    int[] order = IntStream.range(0, pieces).toArray();
    for (int i = pieces - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
    byte[] piece = new byte[PIECE_BYTES];
    try (FileChannel out = FileChannel.open(device, WRITE)) {
      for (int i : order) {
        random.nextBytes(piece);
        write(out, piece, i * 2L * PIECE_BYTES);
      }
      out.force(true);
    }
  }

  private static void write(FileChannel out, byte[] bytes, long at) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      int _ = out.write(buffer, at + buffer.position());
    }
  }

  private static String quoted(String text) {
    return "\"%s\"".formatted(text);
  }
}
