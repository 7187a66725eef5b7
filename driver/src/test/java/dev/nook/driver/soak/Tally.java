package dev.nook.driver.soak;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// Counts what a run did.
final class Tally {
  private final Map<String, AtomicLong> answers = new ConcurrentSkipListMap<>();
  private final Map<String, Long> slowest = new ConcurrentSkipListMap<>();
  final AtomicLong kills = new AtomicLong();
  final AtomicLong volumesChecked = new AtomicLong();
  final AtomicLong bytesVerified = new AtomicLong();
  final AtomicLong cutUnderWrite = new AtomicLong();

  void answered(String rpc, String code, long nanos) {
    answers
        .computeIfAbsent(code.equals("OK") ? rpc : rpc + " " + code, _ -> new AtomicLong())
        .incrementAndGet();
    slowest.merge(rpc, nanos / 1_000_000, Math::max);
  }

  void verified() {
    volumesChecked.incrementAndGet();
    bytesVerified.addAndGet((long) Write.SLOTS * Write.BYTES);
  }

  @Override
  public String toString() {
    return "%d kills, %d volumes checked, %d MiB verified, %d cuts under write; calls %s; slowest answers in ms %s"
        .formatted(
            kills.get(),
            volumesChecked.get(),
            bytesVerified.get() >> 20,
            cutUnderWrite.get(),
            answers,
            new TreeMap<>(slowest));
  }
}
