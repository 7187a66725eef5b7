package dev.nook.cluster.place;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.store.id.Name;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Keeps the latest choices in memory, as long as this controller runs.
public final class RememberedPlacements implements Placements {
  private static final int MOST = 10_000;

  @GuardedBy("this")
  private final Map<Name, String> choices = new LinkedHashMap<>();

  @Override
  public synchronized Optional<String> chosen(Name name) {
    return Optional.ofNullable(choices.get(name));
  }

  @Override
  public synchronized void choose(Name name, String node) {
    choices.remove(name);
    choices.put(name, node);
    if (choices.size() > MOST) {
      choices.remove(choices.keySet().iterator().next());
    }
  }

  @Override
  public synchronized void clear(Name name) {
    choices.remove(name);
  }
}
