package dev.nook.driver.soak;

import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A volume or a snapshot as its owner, one actor, knows it. Whether a call has taken effect is
/// unknown until it is answered.
abstract sealed class Subject permits Subject.OfVolume, Subject.OfSnapshot {
  final String name;
  final VolumeKind kind;
  @Nullable String id;
  @Nullable String pending;
  private final List<String> history = new ArrayList<>();

  Subject(String name, VolumeKind kind) {
    this.name = name;
    this.kind = kind;
  }

  String id() {
    if (id == null) {
      throw new IllegalStateException(name + " has no id yet");
    }
    return id;
  }

  synchronized void note(String what) {
    history.add(LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + what);
  }

  /// Returns what was done to it, in order.
  synchronized String story() {
    return "%s (%s, %s):%n  %s"
        .formatted(name, kind, id, String.join(System.lineSeparator() + "  ", history));
  }

  static final class OfVolume extends Subject {
    Content content;

    /// The earliest moment of its content that it may show: a copy that was not read yet may show
    /// one of several.
    int earliest;

    long bytes;

    /// The size that an unanswered expansion asked for.
    long wanted;

    /// The last request for a size if it was refused, else 0.
    long refused;

    boolean staged;
    boolean published;

    OfVolume(String name, VolumeKind kind, Content content) {
      super(name, kind);
      this.content = content.at(content.moment());
      this.earliest = content.moment();
    }

    boolean canBeCopied() {
      return kind.copied() && (kind.copiedInUse() || !staged);
    }
  }

  static final class OfSnapshot extends Subject {
    final String source;
    final long bytes;
    Content content;
    int earliest;

    OfSnapshot(String name, OfVolume source) {
      super(name, source.kind);
      this.source = source.id();
      this.bytes = source.bytes;
      this.content = source.content.at(source.content.moment());
      this.earliest = source.earliest;
    }
  }
}
