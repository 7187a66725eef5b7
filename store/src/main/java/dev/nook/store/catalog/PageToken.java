package dev.nook.store.catalog;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import java.util.zip.CRC32C;

/// The place in a list after one id, as text that means nothing to a CO. It holds only the id, so
/// that it stays valid when what it names is gone, and over a restart; a checksum tells one that
/// was made up.
public final class PageToken {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private PageToken() {}

  public static String after(StoredId last) {
    byte[] id = last.text().getBytes(StandardCharsets.US_ASCII);
    return ENCODER.encodeToString(
        ByteBuffer.allocate(id.length + Integer.BYTES).put(id).putInt(checksum(id)).array());
  }

  /// Returns the last id before the place; `StaleToken` for what no list of this kind gave out.
  ///
  /// @param kind makes an id of what the list holds
  public static <I extends StoredId> I read(String token, Function<String, I> kind)
      throws StorageException {
    byte[] bytes = decode(token);
    int length = bytes.length - Integer.BYTES;
    if (length > 0) {
      byte[] id = Arrays.copyOf(bytes, length);
      I last = kind.apply(new String(id, StandardCharsets.US_ASCII));
      if (last.tag().isPresent() && after(last).equals(token)) {
        return last;
      }
    }
    throw new StorageException.StaleToken(token);
  }

  private static byte[] decode(String token) throws StorageException {
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      throw new StorageException.StaleToken(token);
    }
  }

  private static int checksum(byte[] id) {
    CRC32C crc = new CRC32C();
    crc.update(id);
    return (int) crc.getValue();
  }
}
