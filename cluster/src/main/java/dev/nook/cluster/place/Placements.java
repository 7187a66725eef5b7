package dev.nook.cluster.place;

import dev.nook.store.id.Name;
import java.util.Optional;

/// Remembers on which node a volume is made that could be made on several: a retry that chose anew
/// would make a second one.
public interface Placements {
  /// Returns the node that was chosen for this name.
  Optional<String> chosen(Name name);

  /// Takes note of a choice, before the node hears of it.
  void choose(Name name, String node);

  /// Forgets a choice, because its node has finally refused.
  void clear(Name name);
}
