package dev.nook.driver.http;

import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes an expensive answer at most once a second, so that clients that ask without pause neither
/// occupy the thread that answers probes nor fill memory with unread answers. Used by one thread.
/// (Guava's memoizeWithExpiration takes no clock, so a test would have to wait.)
final class LastAnswer implements Supplier<HttpAnswer> {
  private static final long FRESH_NANOS = 1_000_000_000;

  private final Supplier<HttpAnswer> source;
  private final LongSupplier clock;
  private @Nullable HttpAnswer last;
  private long at;

  /// @param clock such as [System#nanoTime]
  LastAnswer(Supplier<HttpAnswer> source, LongSupplier clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public HttpAnswer get() {
    long now = clock.getAsLong();
    HttpAnswer known = last;
    if (known != null && now - at < FRESH_NANOS) {
      return known;
    }
    HttpAnswer made = source.get();
    last = made;
    at = now;
    return made;
  }
}
