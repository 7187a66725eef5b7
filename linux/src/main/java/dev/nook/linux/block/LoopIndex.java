package dev.nook.linux.block;

import dev.nook.linux.block.LoopDevices.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// What each loop device of this host showed when it was last asked, by number: filled by looks and
/// by what this process attaches and detaches. A hint: the disk sequence number, which the kernel
/// changes with whatever is attached, is compared at each use, and only what has changed is asked
/// again. So a device is not asked for its status while it shows what it showed, and one whose
/// backing file hangs or is gone holds up nobody who wants another.
///
/// Below Linux 5.15 there are no such numbers, and each device is asked at each use.
final class LoopIndex {
  /// @param loop as it was seen
  private record Sighting(String sequence, Shown shown, Loop loop) {}

  private final Map<Integer, Sighting> sightings = new ConcurrentSkipListMap<>();
  private final Questions questions = new Questions();

  /// Notes what this process has attached, and was told of it by the device itself.
  Loop attached(int number, String sequence, Shown shown) throws IOException {
    Loop loop = LoopNodes.describe(number, shown);
    sightings.put(number, new Sighting(sequence, shown, loop));
    return loop;
  }

  /// What a device shows now; empty when nothing is attached.
  Optional<Loop> at(int number) throws IOException {
    while (true) {
      String sequence = LoopNodes.sequence(number);
      Optional<Shown> shown = shown(number, sequence);
      if (shown.isEmpty()) {
        sightings.remove(number);
        return Optional.empty();
      }
      Loop loop = LoopNodes.describe(number, shown.get());
      if (sequence.equals(LoopNodes.sequence(number))) {
        sightings.put(number, new Sighting(sequence, shown.get(), loop));
        return Optional.of(loop);
      }
    }
  }

  private Optional<Shown> shown(int number, String sequence) throws IOException {
    Sighting before = sightings.get(number);
    if (before != null && !sequence.isEmpty() && before.sequence.equals(sequence)) {
      return Optional.of(before.shown);
    }
    return LoopNodes.isAttached(number) ? questions.ask(number, sequence) : Optional.empty();
  }

  /// The device that has a file or block device attached, as far as is known.
  Optional<Loop> of(Backing backing) throws IOException {
    for (Map.Entry<Integer, Sighting> entry : sightings.entrySet()) {
      if (entry.getValue().shown.isBehind(backing)) {
        Optional<Loop> loop = at(entry.getKey()).filter(backing::isBehind);
        if (loop.isPresent()) {
          return loop;
        }
      }
    }
    return Optional.empty();
  }

  /// From memory alone, each device as it was last seen.
  List<Loop> known() {
    List<Loop> loops = new ArrayList<>();
    sightings.values().forEach(sighting -> loops.add(sighting.loop));
    return loops;
  }

  /// Whether a device shows what it was seen to show.
  boolean isStill(Loop seen) throws IOException {
    int number = LoopNodes.number(seen.device());
    Sighting before = sightings.get(number);
    String sequence = LoopNodes.sequence(number);
    if (before == null || sequence.isEmpty() || !before.sequence.equals(sequence)) {
      return at(number).filter(now -> Backing.of(seen).isBehind(now)).isPresent();
    }
    return Backing.of(seen).isBehind(before.loop);
  }

  /// Asks every device that shows something new, or could not say what; returns all that show
  /// something.
  List<Loop> look() throws IOException {
    List<Integer> numbers = LoopNodes.attached();
    sightings.keySet().retainAll(numbers);
    sightings.values().removeIf(sighting -> !sighting.shown.isTold());
    List<Loop> loops = new ArrayList<>();
    for (int number : numbers) {
      at(number).ifPresent(loops::add);
    }
    return loops;
  }
}
