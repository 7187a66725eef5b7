package dev.nook.store;

import java.util.Optional;
import java.util.regex.Pattern;

/// A snapshot's id, `<tag>-s-<hash>`, with the rules of [VolumeId].
public record SnapshotId(String text) implements StoredId {
  private static final Pattern OURS = Pattern.compile("([a-z2-7]{8})-s-[a-z2-7]{26}");

  public static SnapshotId of(PoolTag tag, Name name) {
    return new SnapshotId("%s-s-%s".formatted(tag, VolumeId.hash(name)));
  }

  @Override
  public Optional<PoolTag> tag() {
    var matcher = OURS.matcher(text);
    return matcher.matches() ? Optional.of(new PoolTag(matcher.group(1))) : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}
