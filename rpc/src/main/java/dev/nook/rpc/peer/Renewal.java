package dev.nook.rpc.peer;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// When a certificate is due to be replaced: after about a third of its life, so that it outlives a
/// controller's absence of most of the other two thirds. No two nodes do it at the same moment for
/// long.
public final class Renewal {
  private static final int PARTS = 3;
  private static final double SPREAD = 0.2;
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATE = Duration.ofMinutes(1);

  private final RandomGenerator random;

  public Renewal(RandomGenerator random) {
    this.random = random;
  }

  /// Returns how long to wait before the certificate is replaced: nothing where there is none.
  public Duration due(Optional<X509Certificate> certificate, Instant now) {
    return certificate
        .map(known -> {
          Instant from = known.getNotBefore().toInstant();
          Duration third = Duration.between(from, known.getNotAfter().toInstant()).dividedBy(PARTS);
          Duration wait = Duration.between(now, from.plus(spread(third)));
          return wait.isNegative() ? Duration.ZERO : wait;
        })
        .orElse(Duration.ZERO);
  }

  /// Returns how long to wait after so many failures in a row: one second, then twice as long each
  /// time, up to a minute.
  public Duration afterFailures(int failures) {
    Duration wait = SOON;
    for (int i = 1; i < failures && wait.compareTo(LATE) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return spread(wait.compareTo(LATE) < 0 ? wait : LATE);
  }

  /// Returns up to a tenth more or less.
  private Duration spread(Duration wait) {
    double part = 1 + SPREAD * (random.nextDouble() - 1.0 / 2);
    return Duration.ofMillis((long) (wait.toMillis() * part));
  }
}
