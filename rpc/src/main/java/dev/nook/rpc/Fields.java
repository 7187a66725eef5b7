package dev.nook.rpc;

import csi.v1.Csi;
import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.VolumeSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Turns a wire field into a type, or throws InvalidArgument with the field's wire name and what is
/// wrong ([size limits](
/// https://github.com/container-storage-interface/spec/blob/master/spec.md#size-limits)).
public final class Fields {
  /// The most bytes of a string that is not a path.
  private static final int STRING_BYTES = 128;

  /// The most bytes that the keys and values of a map together may have.
  private static final int MAP_BYTES = 4096;

  /// PATH_MAX ([limits.h](https://man7.org/linux/man-pages/man0/limits.h.0p.html)).
  private static final int PATH_BYTES = 4096;

  private static final int LONGEST_LIST = 1000;

  private Fields() {}

  public static VolumeId volumeId(String text) throws InvalidArgument {
    return volumeId("volume_id", text);
  }

  public static VolumeId volumeId(String field, String text) throws InvalidArgument {
    return new VolumeId(bounded(field, present(field, text)));
  }

  public static SnapshotId snapshotId(String text) throws InvalidArgument {
    return snapshotId("snapshot_id", text);
  }

  private static SnapshotId snapshotId(String field, String text) throws InvalidArgument {
    return new SnapshotId(bounded(field, present(field, text)));
  }

  public static Name name(String text) throws InvalidArgument {
    Optional<String> refused = Name.refused(text);
    if (refused.isPresent()) {
      throw new InvalidArgument("name", refused.get());
    }
    return new Name(text);
  }

  /// Parses a path that may be relative: a call that only looks something up finds nothing there.
  public static Path path(String field, String text) throws InvalidArgument {
    if (bytes(present(field, text)) > PATH_BYTES) {
      throw new InvalidArgument(field, "is longer than %d bytes".formatted(PATH_BYTES));
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new InvalidArgument(field, "is not a path: " + e.getReason());
    }
  }

  /// Parses a path at which something is to be made or removed.
  public static Path absolutePath(String field, String text) throws InvalidArgument {
    Path path = path(field, text);
    if (!path.isAbsolute() || !path.equals(path.normalize())) {
      throw new InvalidArgument(field, "must be absolute, without . and .. elements");
    }
    return path;
  }

  /// Parses a capacity range. An absent one leaves the size to the driver.
  public static CapacityRange range(boolean present, Csi.CapacityRange range)
      throws InvalidArgument {
    if (!present) {
      return CapacityRange.ANY;
    }
    if (range.getRequiredBytes() < 0) {
      throw new InvalidArgument("capacity_range.required_bytes", "must not be negative");
    }
    if (range.getLimitBytes() < 0) {
      throw new InvalidArgument("capacity_range.limit_bytes", "must not be negative");
    }
    if (range.getLimitBytes() != 0 && range.getLimitBytes() < range.getRequiredBytes()) {
      throw new InvalidArgument("capacity_range.limit_bytes", "is below required_bytes");
    }
    return new CapacityRange(range.getRequiredBytes(), range.getLimitBytes());
  }

  /// Parses a range that the call cannot do without.
  public static CapacityRange requiredRange(boolean present, Csi.CapacityRange range)
      throws InvalidArgument {
    CapacityRange asked = range(present, range);
    if (asked.equals(CapacityRange.ANY)) {
      throw new InvalidArgument("capacity_range", "must name required_bytes or limit_bytes");
    }
    return asked;
  }

  /// Parses the source of a new volume. An absent one makes an empty volume.
  public static VolumeSource source(boolean present, Csi.VolumeContentSource source)
      throws InvalidArgument {
    String field = "volume_content_source";
    if (!present) {
      return new VolumeSource.Empty();
    }
    return switch (source.getTypeCase()) {
      case SNAPSHOT ->
          new VolumeSource.OfSnapshot(
              snapshotId(field + ".snapshot.snapshot_id", source.getSnapshot().getSnapshotId()));
      case VOLUME ->
          new VolumeSource.OfVolume(
              volumeId(field + ".volume.volume_id", source.getVolume().getVolumeId()));
      case TYPE_NOT_SET -> throw new InvalidArgument(field, "must name a snapshot or a volume");
    };
  }

  /// Parses the filters of a list, each of which may be left out.
  public static Snapshots.Filter snapshotFilter(String snapshot, String source)
      throws InvalidArgument {
    return new Snapshots.Filter(
        snapshot.isEmpty() ? Optional.empty() : Optional.of(snapshotId(snapshot)),
        source.isEmpty() ? Optional.empty() : Optional.of(volumeId("source_volume_id", source)));
  }

  /// Returns the entries of a page: at most 1,000, which is also what 0 asks for.
  public static int maxEntries(int wanted) throws InvalidArgument {
    if (wanted < 0) {
      throw new InvalidArgument("max_entries", "must not be negative");
    }
    return wanted == 0 ? LONGEST_LIST : Math.min(wanted, LONGEST_LIST);
  }

  public static Optional<String> token(String text) throws InvalidArgument {
    return text.isEmpty() ? Optional.empty() : Optional.of(bounded("starting_token", text));
  }

  /// Checks the size of a map of a controller call. Not for the volume_context that a CO sends to a
  /// node: it adds keys of its own, and the sum may exceed the limit.
  public static Map<String, String> map(String field, Map<String, String> map)
      throws InvalidArgument {
    long bytes =
        map.entrySet().stream().mapToLong(e -> bytes(e.getKey()) + bytes(e.getValue())).sum();
    if (bytes > MAP_BYTES) {
      throw new InvalidArgument(field, "has more than %d bytes".formatted(MAP_BYTES));
    }
    return map;
  }

  /// Refuses a map for something that this driver does not offer.
  public static void absent(String field, Map<String, String> map) throws InvalidArgument {
    if (!map.isEmpty()) {
      throw new InvalidArgument(field, "is not supported");
    }
  }

  static String present(String field, String text) throws InvalidArgument {
    if (text.isEmpty()) {
      throw new InvalidArgument(field, "must not be empty");
    }
    return text;
  }

  static String bounded(String field, String text) throws InvalidArgument {
    if (bytes(text) > STRING_BYTES) {
      throw new InvalidArgument(field, "is longer than %d bytes".formatted(STRING_BYTES));
    }
    return text;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
