package dev.nook.store.id;

import java.util.Optional;
import java.util.regex.Pattern;

/// A snapshot's id, `<tag>-s-<hash>`, with the rules of [VolumeId]; or `<tag>-k-<hash>`, of one
/// that no CO asked for: it keeps what a volume held before it was mended.
public record SnapshotId(String text) implements StoredId {
  private static final Pattern OURS = Pattern.compile("([a-z2-7]{8})-([sk])-[a-z2-7]{26}");

  public static SnapshotId of(PoolTag tag, Name name) {
    return new SnapshotId("%s-s-%s".formatted(tag, VolumeId.hash(name)));
  }

  /// The id of what is kept under this name.
  public static SnapshotId kept(PoolTag tag, Name name) {
    return new SnapshotId("%s-k-%s".formatted(tag, VolumeId.hash(name)));
  }

  /// Whether it keeps what a volume was, and no CO knows of it.
  public boolean isKept() {
    var matcher = OURS.matcher(text);
    return matcher.matches() && matcher.group(2).equals("k");
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
