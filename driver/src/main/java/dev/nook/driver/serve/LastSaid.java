package dev.nook.driver.serve;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// What was last said of each thing, so that it is said again only when it has changed. The number
/// of a loop device is no change: the kernel lends another one at each attempt.
final class LastSaid {
  private static final Pattern LOOP = Pattern.compile("\\bloop\\d+\\b");

  private final Map<String, String> last = new ConcurrentHashMap<>();

  /// Whether this has not been said of it just before; from now on it has.
  boolean isNew(String thing, String words) {
    String substance = LOOP.matcher(words).replaceAll("loop");
    return !substance.equals(last.put(thing, substance));
  }

  /// What is said of it next is new.
  void forget(String thing) {
    last.remove(thing);
  }
}
