package dev.nook.trust;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the authorities of a cluster as they have to be: makes the first, and each successor in
/// time. Any number of controllers may do so at once: the first to write wins, and the others read
/// again.
final class AuthorityUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorityUpkeep.class);

  /// A controller loses a race only to another that has won, so that two would do.
  private static final int TRIES = 5;

  private final AuthorityStore store;
  private final Certificates certificates;
  private final Clock clock;
  private volatile Authorities known = Authorities.NONE;

  AuthorityUpkeep(AuthorityStore store, Certificates certificates, Clock clock) {
    this.store = store;
    this.certificates = certificates;
    this.clock = clock;
  }

  /// Returns who signs now; empty before the first look succeeded.
  Optional<Authority> issuer() {
    return known.issuer(clock.instant());
  }

  /// Returns the certificates of all who are trusted, in PEM.
  String trusted() {
    return AuthorityPem.certificates(known);
  }

  /// Looks at the authorities, changes what has to change, and shows nodes whom to trust.
  void look() throws IOException {
    for (int tries = 0; tries < TRIES; tries++) {
      Instant now = clock.instant();
      AuthorityStore.Seen seen = store.read();
      Authorities next = seen.authorities().at(now, certificates::authority);
      if (next.equals(seen.authorities()) || store.replace(seen, next)) {
        tell(seen.authorities(), next);
        store.publish(AuthorityPem.certificates(next));
        known = next;
        return;
      }
    }
    throw new IOException(
        "The authorities were changed by another controller %d times in a row".formatted(TRIES));
  }

  private static void tell(Authorities before, Authorities now) {
    now.all().stream()
        .filter(each ->
            before.all().stream().noneMatch(old -> old.certificate().equals(each.certificate())))
        .forEach(made -> LOG.info("made the authority {}", made));
  }
}
