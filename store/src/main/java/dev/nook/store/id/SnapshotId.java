package dev.nook.store.id;

import java.util.Optional;
import java.util.regex.Pattern;

/// A snapshot's id, `<tag>-s-<hash>`, with the rules of [VolumeId]; or `<tag>-k-<hash>` for a kept
/// snapshot, for which no CO asked: it keeps what a volume held before its repair.
public record SnapshotId(String text) implements StoredId {
  private static final Pattern OURS = Pattern.compile("([a-z2-7]{8})-([sk])-[a-z2-7]{26}");

  public static SnapshotId of(PoolTag tag, Name name) {
    return new SnapshotId("%s-s-%s".formatted(tag, VolumeId.hash(name)));
  }

  /// Returns the id of a kept snapshot with this name.
  public static SnapshotId kept(PoolTag tag, Name name) {
    return new SnapshotId("%s-k-%s".formatted(tag, VolumeId.hash(name)));
  }

  /// Whether it is a kept snapshot, of which no CO knows.
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
