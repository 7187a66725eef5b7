package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/// The superblock of a fake filesystem, kept inside its image, so that replacing, truncating or
/// zeroing the image has the same effects as on a real host.
///
/// @param noted what an ext4 says of errors
/// @param dirty whether its log holds what was not written in place: it is mounted for writing, or
///   was when it was copied or the host went down
/// @param damage what its checker will find
record Marker(
    FileSystemType type, UUID uuid, long bytes, boolean dirty, Noted noted, Damage damage) {
  /// Where ext4 has its superblock too.
  static final int OFFSET = 1024;

  private static final long MAGIC = 0x4e4f4f4b46414b45L;
  private static final int LENGTH = 8 * Long.BYTES;

  static Marker clean(FileSystemType type, UUID uuid, long bytes) {
    return new Marker(type, uuid, bytes, false, Noted.NOTHING, Damage.NONE);
  }

  Marker withUuid(UUID other) {
    return new Marker(type, other, bytes, dirty, noted, damage);
  }

  Marker withBytes(long more) {
    return new Marker(type, uuid, more, dirty, noted, damage);
  }

  Marker withDirty(boolean now) {
    return new Marker(type, uuid, bytes, now, noted, damage);
  }

  Marker withNoted(Noted now) {
    return new Marker(type, uuid, bytes, dirty, now, damage);
  }

  Marker withDamage(Damage now) {
    return new Marker(type, uuid, bytes, dirty, noted, now);
  }

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
    long bytes = block.getLong();
    boolean dirty = block.getLong() != 0;
    Noted noted = Noted.values()[(int) block.getLong()];
    Damage damage = Damage.values()[(int) block.getLong()];
    return Optional.of(new Marker(type, uuid, bytes, dirty, noted, damage));
  }

  void write(Path image) throws IOException {
    ByteBuffer block =
        ByteBuffer.allocate(LENGTH)
            .putLong(MAGIC)
            .putLong(type.ordinal())
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .putLong(bytes)
            .putLong(dirty ? 1 : 0)
            .putLong(noted.ordinal())
            .putLong(damage.ordinal())
            .flip();
    try (FileChannel channel = FileChannel.open(image, StandardOpenOption.WRITE)) {
      while (block.hasRemaining()) {
        channel.write(block, OFFSET + block.position());
      }
    }
  }
}
