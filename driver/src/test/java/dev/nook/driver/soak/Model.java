package dev.nook.driver.soak;

import dev.nook.driver.soak.Subject.OfSnapshot;
import dev.nook.driver.soak.Subject.OfVolume;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// What was acknowledged and not deleted, and what may exist. Actors change what is theirs; the
/// lock of [Calls] keeps the whole model unchanged.
final class Model {
  final List<OfVolume> volumes = new CopyOnWriteArrayList<>();
  final List<OfSnapshot> snapshots = new CopyOnWriteArrayList<>();

  Stream<Subject> all() {
    return Stream.concat(volumes.stream(), snapshots.stream());
  }

  Optional<Subject> find(String id) {
    return all().filter(subject -> id.equals(subject.id)).findFirst();
  }

  /// Returns how many creations have an unknown outcome.
  long perhaps(boolean volume) {
    return all()
        .filter(subject -> subject instanceof OfVolume == volume && subject.id == null)
        .count();
  }
}
