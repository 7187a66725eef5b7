package dev.nook.testing.power;

import dev.nook.testing.power.WriteLog.Entry;
import dev.nook.testing.power.WriteLog.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// What a power cut does to writes after the last flush. A disk may keep any of them, in any order;
/// it loses or keeps whole sectors.
enum Loss {
  ALL,
  NONE,
  /// Each is kept or lost by itself, and some are torn.
  ANY,
  /// The newest are kept and the oldest are lost.
  OLDEST,
  /// All but a few are kept.
  FEW;

  /// A part of an entry, in bytes from its beginning, that is kept.
  record Kept(Entry entry, long from, long bytes) {}

  private static final int SECTOR = 4096;

  /// The most parts into which an entry is torn.
  private static final int MAX_PARTS = 32;

  static Loss of(RandomGenerator random) {
    return values()[random.nextInt(values().length)];
  }

  /// @return the kept parts, in the order of the writes
  List<Kept> keep(List<Entry> unflushed, RandomGenerator random) {
    List<Kept> kept = new ArrayList<>();
    int first = this == OLDEST ? random.nextInt(unflushed.size() + 1) : 0;
    for (int i = 0; i < unflushed.size(); i++) {
      Entry entry = unflushed.get(i);
      switch (this) {
        case ALL -> {}
        case NONE -> kept.add(whole(entry));
        case OLDEST -> {
          if (i >= first) {
            kept.add(whole(entry));
          }
        }
        case FEW -> {
          if (random.nextInt(16) > 0) {
            kept.add(whole(entry));
          }
        }
        case ANY -> any(entry, random, kept);
      }
    }
    return kept;
  }

  private static Kept whole(Entry entry) {
    return new Kept(entry, 0, entry.bytes());
  }

  private static void any(Entry entry, RandomGenerator random, List<Kept> kept) {
    switch (random.nextInt(3)) {
      case 0 -> {}
      case 1 -> kept.add(whole(entry));
      default -> torn(entry, random, kept);
    }
  }

  private static void torn(Entry entry, RandomGenerator random, List<Kept> kept) {
    long sectors = (entry.bytes() + SECTOR - 1) / SECTOR;
    long part = (sectors + MAX_PARTS - 1) / MAX_PARTS * SECTOR;
    for (long from = 0; from < entry.bytes(); from += part) {
      if (random.nextBoolean()) {
        kept.add(new Kept(entry, from, Math.min(part, entry.bytes() - from)));
      }
    }
  }

  /// Whether the disk has to keep everything before this entry.
  static boolean isFlush(Entry entry) {
    return entry.kind() == Kind.FLUSH;
  }
}
