package dev.nook.store.power;

import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A volume or a snapshot as a client knows it: what was requested and what was acknowledged, each
/// with its moment in the disk's log.
final class Thing {
  static final long NEVER = Long.MAX_VALUE;

  /// A change of something that only grows: what may be seen from the moment it was begun, and from
  /// the moment it was acknowledged.
  record Step(long begun, long acknowledged, long least, long most) {}

  /// @param least what must be there
  /// @param most what may be there
  record Range(long least, long most) {
    boolean holds(long value) {
      return value >= least && value <= most;
    }
  }

  final StoredId id;
  final Shape shape;
  final Optional<VolumeId> source;
  final long begun;
  volatile long acknowledged = NEVER;
  volatile long deletion = NEVER;
  volatile long deleted = NEVER;
  private final List<Step> sizes = new ArrayList<>();
  private final List<Step> records = new ArrayList<>();

  Thing(StoredId id, Shape shape, Optional<VolumeId> source, long begun) {
    this.id = id;
    this.shape = shape;
    this.source = source;
    this.begun = begun;
  }

  synchronized void sized(Step step) {
    sizes.add(step);
  }

  synchronized void wrote(Step step) {
    records.add(step);
  }

  /// The size in bytes after a power cut at a moment.
  synchronized Range size(long moment) {
    return range(sizes, moment);
  }

  /// The number of records that were written to it, or to what it was made from.
  synchronized Range records(long moment) {
    return range(records, moment);
  }

  private static Range range(List<Step> steps, long moment) {
    long least = 0;
    long most = 0;
    for (Step step : steps) {
      if (step.acknowledged() <= moment) {
        least = Math.max(least, step.least());
      }
      if (step.begun() < moment) {
        most = Math.max(most, step.most());
      }
    }
    return new Range(least, most);
  }

  boolean mustBe(long moment) {
    return acknowledged <= moment && deletion >= moment;
  }

  boolean mayBe(long moment) {
    return begun < moment && deleted > moment;
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(id, shape);
  }
}
