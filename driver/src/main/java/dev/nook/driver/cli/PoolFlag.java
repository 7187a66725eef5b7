package dev.nook.driver.cli;

import static dev.nook.linux.fs.FileSystemType.BLOCK_BYTES;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolConfig.Image;
import dev.nook.store.PoolConfig.Reserve;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.PoolName;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses a pool as `--pool` writes it: `NAME=PATH[,image=SIZE][,fs=xfs|btrfs][,size=SIZE]
/// [,reserve=SIZE|PERCENT][,overcommit=N][,volumes=N][,snapshots=N]`.
final class PoolFlag {
  static final String GRAMMAR =
      "NAME=PATH[,image=SIZE][,fs=xfs|btrfs][,size=SIZE][,reserve=SIZE|PERCENT][,overcommit=N]"
          + "[,volumes=N][,snapshots=N]";

  private static final Set<String> KEYS =
      Set.of("image", "fs", "size", "reserve", "overcommit", "volumes", "snapshots");
  private static final int MOST_ENTRIES = 50_000;
  private static final double MOST_OVERCOMMIT = 100;

  private PoolFlag() {}

  static PoolConfig parse(String text) {
    String[] parts = text.strip().split(",", -1);
    int equals = parts[0].indexOf('=');
    if (equals < 1 || equals == parts[0].length() - 1) {
      throw wrong(text, "the form is " + GRAMMAR);
    }
    String name = parts[0].substring(0, equals);
    if (!PoolName.isValid(name)) {
      throw wrong(text, "a pool's name has lower-case letters, digits and inner hyphens only");
    }
    Path path = Path.of(parts[0].substring(equals + 1));
    if (!path.isAbsolute() || !path.equals(path.normalize()) || path.getNameCount() == 0) {
      throw wrong(text, "its path must be absolute, without . or .. and without a / at the end");
    }
    Map<String, String> settings = settings(text, parts);
    return new PoolConfig(
        new PoolName(name),
        path,
        image(text, settings),
        Optional.ofNullable(settings.get("size")).map(size -> size(text, "size", size)),
        reserve(text, settings.get("reserve")),
        overcommit(text, settings.getOrDefault("overcommit", "1")),
        new PoolLimits(
            most(text, settings, "volumes", PoolLimits.DEFAULT.volumes()),
            most(text, settings, "snapshots", PoolLimits.DEFAULT.snapshots())));
  }

  private static Map<String, String> settings(String text, String[] parts) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      String key = equals < 0 ? parts[i] : parts[i].substring(0, equals);
      if (equals < 0 || !KEYS.contains(key)) {
        throw wrong(text, "there is no setting \"%s\"; the form is %s".formatted(key, GRAMMAR));
      }
      if (settings.put(key, parts[i].substring(equals + 1)) != null) {
        throw wrong(text, "%s is set twice".formatted(key));
      }
    }
    return settings;
  }

  private static Optional<Image> image(String text, Map<String, String> settings) {
    if (!settings.containsKey("image")) {
      if (settings.containsKey("fs")) {
        throw wrong(text, "fs is for pool images only: set image=SIZE too, or leave fs out");
      }
      return Optional.empty();
    }
    FileSystemType type =
        switch (settings.getOrDefault("fs", "xfs")) {
          case "xfs" -> FileSystemType.XFS;
          case "btrfs" -> FileSystemType.BTRFS;
          case String other ->
              throw wrong(text, "fs must be xfs or btrfs, not \"%s\"".formatted(other));
        };
    long bytes =
        size(text, "image", settings.getOrDefault("image", "")) / BLOCK_BYTES * BLOCK_BYTES;
    if (bytes < type.minimumBytes()) {
      throw wrong(
          text, "image must be at least %s for %s".formatted(Size.text(type.minimumBytes()), type));
    }
    return Optional.of(new Image(bytes, type));
  }

  private static Reserve reserve(String text, @Nullable String value) {
    if (value == null) {
      return new Reserve.Default();
    }
    if (!value.endsWith("%")) {
      return new Reserve.Bytes(size(text, "reserve", value));
    }
    double percent = number(text, "reserve", value.substring(0, value.length() - 1));
    if (percent >= 100) {
      throw wrong(text, "reserve must be a size, or a percentage from 0% to less than 100%");
    }
    return new Reserve.Percent(percent);
  }

  private static double overcommit(String text, String value) {
    double ratio = number(text, "overcommit", value);
    if (ratio < 1 || ratio > MOST_OVERCOMMIT) {
      throw wrong(text, "overcommit must be from 1.0 (promise what there is) to 100");
    }
    return ratio;
  }

  private static int most(String text, Map<String, String> settings, String key, int otherwise) {
    String value = settings.get(key);
    if (value == null) {
      return otherwise;
    }
    int most = value.matches("[0-9]{1,7}") ? Integer.parseInt(value) : 0;
    if (most < 1 || most > MOST_ENTRIES) {
      throw wrong(text, "%s must be a number from 1 to %d".formatted(key, MOST_ENTRIES));
    }
    return most;
  }

  private static double number(String text, String key, String value) {
    if (!value.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw wrong(text, "%s must be a number, not \"%s\"".formatted(key, value));
    }
    return Double.parseDouble(value);
  }

  private static long size(String text, String key, String value) {
    try {
      long bytes = Size.parse(value);
      if (bytes == 0 && !key.equals("reserve")) {
        throw new IllegalArgumentException("it must be more than 0");
      }
      return bytes;
    } catch (IllegalArgumentException e) {
      throw wrong(text, "%s=%s: %s".formatted(key, value, e.getMessage()));
    }
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException("pool \"%s\": %s".formatted(text.strip(), why));
  }
}
