package dev.nook.driver.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// Remembers what was last logged about each thing, so that it is logged again only when it has
/// changed. Another loop device number is not a change, because each attempt gets another one.
final class LastSaid {
  private static final Pattern LOOP = Pattern.compile("\\bloop\\d+\\b");

  private final Map<String, String> last = new ConcurrentHashMap<>();

  /// Whether these words differ from the last ones about the thing; remembers them.
  boolean isNew(String thing, String words) {
    String substance = LOOP.matcher(words).replaceAll("loop");
    return !substance.equals(last.put(thing, substance));
  }

  /// Forgets what was said about a thing.
  void forget(String thing) {
    last.remove(thing);
  }
}
