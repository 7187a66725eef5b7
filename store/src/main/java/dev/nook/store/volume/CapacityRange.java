package dev.nook.store.volume;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Subject;

/// The sizes that a CO accepts, in bytes; 0 leaves that side open (CSI spec, CapacityRange).
public record CapacityRange(long requiredBytes, long limitBytes) {
  public static final CapacityRange ANY = new CapacityRange(0, 0);

  /// Sizes are whole blocks of this many bytes.
  public static final long BLOCK = FileSystemType.BLOCK_BYTES;

  /// The largest volume in bytes, whatever its pool: the largest ext4 with 4096-byte blocks. The
  /// sum of two such sizes is still a `long`.
  public static final long LARGEST = 1L << 60;

  public CapacityRange {
    if (requiredBytes < 0 || limitBytes < 0) {
      throw new IllegalArgumentException("a capacity range is not negative");
    }
    if (limitBytes != 0 && limitBytes < requiredBytes) {
      throw new IllegalArgumentException("a capacity range's limit is not below what it requires");
    }
  }

  public boolean contains(long bytes) {
    return bytes >= requiredBytes && (limitBytes == 0 || bytes <= limitBytes);
  }

  /// What is thrown where no size meets the range.
  public interface Refusal<E extends StorageException> {
    E because(String why);
  }

  /// As [#pick(Refusal, long, long)], for what is to be made.
  public long pick(Subject what, long minimumBytes, long defaultBytes)
      throws StorageException.OutOfRange {
    return pick(why -> new StorageException.OutOfRange(what, why), minimumBytes, defaultBytes);
  }

  /// The smallest size in whole blocks that is at least `minimumBytes` and what is required, or
  /// `defaultBytes` where nothing is; a refusal when that is past the limit, or past [#LARGEST].
  public <E extends StorageException> long pick(
      Refusal<E> refused, long minimumBytes, long defaultBytes) throws E {
    long wanted = Math.max(requiredBytes == 0 ? open(defaultBytes) : requiredBytes, minimumBytes);
    if (wanted > LARGEST) {
      throw refused.because(
          "%d bytes were requested, but no volume can have more than %d"
              .formatted(wanted, LARGEST));
    }
    long bytes = (wanted + BLOCK - 1) / BLOCK * BLOCK;
    if (!contains(bytes)) {
      throw refused.because(
          "the smallest size that holds %d bytes in whole blocks is %d bytes, past the limit of %d"
              .formatted(Math.max(requiredBytes, minimumBytes), bytes, limitBytes));
    }
    return bytes;
  }

  private long open(long defaultBytes) {
    return limitBytes == 0 ? defaultBytes : Math.min(defaultBytes, limitBytes / BLOCK * BLOCK);
  }

  @Override
  public String toString() {
    return limitBytes == 0
        ? "at least %d bytes".formatted(requiredBytes)
        : "%d to %d bytes".formatted(requiredBytes, limitBytes);
  }
}
