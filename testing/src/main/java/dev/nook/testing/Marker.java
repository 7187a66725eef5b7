package dev.nook.testing;

import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// The superblock of a fake filesystem, kept inside its image, so that an image that is swapped,
/// truncated or zeroed is another one, as on a real host.
record Marker(FileSystemType type, UUID uuid, long bytes) {
  /// Where ext4 has its superblock too.
  static final int OFFSET = 1024;

  private static final long MAGIC = 0x4e4f4f4b46414b45L;
  private static final int LENGTH = 5 * Long.BYTES;

  static Optional<Marker> read(Path image) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(LENGTH);
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
      while (block.hasRemaining() && channel.read(block, OFFSET + block.position()) > 0) {}
    }
    block.flip();
    if (block.remaining() < LENGTH || block.getLong() != MAGIC) {
      return Optional.empty();
    }
    FileSystemType type = FileSystemType.values()[(int) block.getLong()];
    UUID uuid = new UUID(block.getLong(), block.getLong());
    return Optional.of(new Marker(type, uuid, block.getLong()));
  }

  void write(Path image) throws IOException {
    ByteBuffer block =
        ByteBuffer.allocate(LENGTH)
            .putLong(MAGIC)
            .putLong(type.ordinal())
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .putLong(bytes)
            .flip();
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      while (block.hasRemaining()) {
        channel.write(block, OFFSET + block.position());
      }
    }
  }
}
