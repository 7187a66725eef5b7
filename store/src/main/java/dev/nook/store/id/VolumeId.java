package dev.nook.store.id;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/// A volume's id. Ours is `<tag>-v-<hash>`: the pool's tag and 26 base32 characters of the name's
/// SHA-256, so that the same name leads to the same id after a crash. A CO may send any other text;
/// it is the id of no volume here ([#tag] is empty), and does not become a path.
public record VolumeId(String text) implements StoredId {
  private static final Pattern OURS = Pattern.compile("([a-z2-7]{8})-v-[a-z2-7]{26}");
  private static final int HASH_CHARACTERS = 26;

  public static VolumeId of(PoolTag tag, Name name) {
    return new VolumeId("%s-v-%s".formatted(tag, hash(name)));
  }

  @Override
  public Optional<PoolTag> tag() {
    var matcher = OURS.matcher(text);
    return matcher.matches() ? Optional.of(new PoolTag(matcher.group(1))) : Optional.empty();
  }

  static String hash(Name name) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(name.text().getBytes(StandardCharsets.UTF_8));
      return Base32.of(digest).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
