package dev.nook.linux.block;

import dev.nook.linux.block.LoopDevices.Loop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// Remembers what each loop device of this host showed when it was last asked. These are hints: the
/// disk sequence number, which the kernel changes with whatever is attached, is compared at each
/// use, and only devices that have changed are asked again. So a device whose backing file hangs or
/// is gone holds up no call for another one.
///
/// Before Linux 5.15 there are no such numbers, and each device is asked at each use.
final class LoopIndex {
  /// @param loop the device as it was seen
  private record Sighting(String sequence, Shown shown, Loop loop) {}

  private final Map<Integer, Sighting> sightings = new ConcurrentSkipListMap<>();
  private final Questions questions = new Questions();

  /// Notes what this process has attached, as the device has reported it.
  Loop attached(int number, String sequence, Shown shown) throws IOException {
    Loop loop = LoopNodes.describe(number, shown);
    sightings.put(number, new Sighting(sequence, shown, loop));
    return loop;
  }

  /// Returns what a device shows now; empty when nothing is attached.
  Optional<Loop> at(int number) throws IOException {
    return at(number, LoopNodes.sequence(number));
  }

  private Optional<Loop> at(int number, String first) throws IOException {
    String sequence = first;
    while (true) {
      Optional<Shown> shown = shown(number, sequence);
      if (shown.isEmpty()) {
        sightings.remove(number);
        return Optional.empty();
      }
      Loop loop = LoopNodes.describe(number, shown.get());
      String now = LoopNodes.sequence(number);
      if (sequence.equals(now)) {
        sightings.put(number, new Sighting(sequence, shown.get(), loop));
        return Optional.of(loop);
      }
      sequence = now;
    }
  }

  private Optional<Shown> shown(int number, String sequence) throws IOException {
    Sighting before = sightings.get(number);
    if (before != null && !sequence.isEmpty() && before.sequence.equals(sequence)) {
      return Optional.of(before.shown);
    }
    return LoopNodes.isAttached(number) ? questions.ask(number, sequence) : Optional.empty();
  }

  /// Returns the device to which a file or block device is attached, as far as known.
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

  /// Returns each device as it was last seen, from memory.
  List<Loop> known() {
    List<Loop> loops = new ArrayList<>();
    sightings.values().forEach(sighting -> loops.add(sighting.loop));
    return loops;
  }

  /// Whether a device still shows what it showed.
  boolean isStill(Loop seen) throws IOException {
    return seen(LoopNodes.number(seen.device())).filter(Backing.of(seen)::isBehind).isPresent();
  }

  /// Returns what a device shows now, with the size and settings that it had when it was last
  /// described, which is enough to tell files apart; empty when nothing is attached.
  Optional<Loop> seen(int number) throws IOException {
    Sighting before = sightings.get(number);
    String sequence = LoopNodes.sequence(number);
    return before != null && !sequence.isEmpty() && before.sequence.equals(sequence)
        ? Optional.of(before.loop)
        : at(number, sequence);
  }

  /// Asks every device that shows something new or could not tell; returns all that show something.
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
