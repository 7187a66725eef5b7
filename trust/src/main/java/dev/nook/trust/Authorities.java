package dev.nook.trust;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The authorities of a cluster, the oldest first. One signs; all that have not ended are trusted.
///
/// A successor is made long before the newest ends, and signs nothing until every node has had time
/// to trust it. So certificates stay valid through a change of authority, and nobody has to plan
/// it. An authority whose successor signs loses its key, and goes when it ends.
record Authorities(List<Authority> all) {
  /// How long an authority is valid.
  static final Duration LIFE = Duration.ofDays(2 * 365);

  /// How long before its end an authority gets a successor.
  static final Duration SUCCESSION = Duration.ofDays(180);

  /// How long a successor is trusted before it signs: kubelet shows a changed ConfigMap to a pod
  /// within minutes, and a node may be off for some days.
  static final Duration NOTICE = Duration.ofDays(7);

  static final Authorities NONE = new Authorities(List.of());

  Authorities {
    all = List.copyOf(all);
  }

  /// Returns what the authorities have to be now; equal to these where nothing has to change.
  ///
  /// @param make makes an authority at this time
  Authorities at(Instant now, Function<Instant, Authority> make) {
    List<Authority> living = new ArrayList<>(all);
    living.removeIf(each -> !each.end().isAfter(now));
    if (living.isEmpty() || living.getLast().end().minus(SUCCESSION).isBefore(now)) {
      living.add(make.apply(now));
    }
    int signing = signing(living, now);
    living.replaceAll(each -> living.indexOf(each) < signing ? each.withoutKey() : each);
    return new Authorities(living);
  }

  /// Returns the authority that signs now; empty before the first is made.
  Optional<Authority> issuer(Instant now) {
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(signing(all, now)));
  }

  /// The newest that was made long enough ago; until one was, the oldest that still has its key.
  private static int signing(List<Authority> all, Instant now) {
    for (int i = all.size() - 1; i > 0; i--) {
      if (!all.get(i).made().plus(NOTICE).isAfter(now)) {
        return i;
      }
    }
    int oldest = 0;
    while (oldest < all.size() - 1 && all.get(oldest).key().isEmpty()) {
      oldest++;
    }
    return oldest;
  }
}
