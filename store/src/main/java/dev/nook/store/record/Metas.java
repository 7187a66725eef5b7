package dev.nook.store.record;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// The record of a volume or a snapshot and the file `meta` beside its data. The pool's name is not
/// kept: it is the operator's to change, and the place says which pool it is.
public final class Metas {
  private static final String VOLUME = "volume";
  private static final String SNAPSHOT = "snapshot";

  private Metas() {}

  public static Record record(Volume volume) {
    Record record =
        Record.of(VOLUME)
            .with("id", volume.id())
            .with("name", volume.name())
            .with("capacity", volume.capacityBytes())
            .with("created", volume.created());
    return source(content(record, volume.content()), volume.source());
  }

  /// The record of a volume that has grown, with every other field as it was read.
  public static Record grown(Record record, long capacityBytes) {
    return record.with("capacity", capacityBytes);
  }

  /// Reads back a volume that was found under this id; a record of another one is refused.
  public static Volume volume(Record record, VolumeId id, PoolName pool) throws BadRecord {
    Name name = name(record.require(VOLUME), id, VolumeId::of);
    return new Volume(
        id,
        name,
        pool,
        capacity(record.get("capacity")),
        content(record),
        source(record),
        Format.instant(record.get("created")));
  }

  public static Record record(Snapshot snapshot) {
    Record record =
        Record.of(SNAPSHOT)
            .with("id", snapshot.id())
            .with("name", snapshot.name())
            .with("source-volume", snapshot.source())
            .with("capacity", snapshot.sizeBytes())
            .with("charged", snapshot.chargedBytes())
            .with("cut", snapshot.cut());
    return content(record, snapshot.content());
  }

  /// Reads back a snapshot that was found under this id; a record of another one is refused.
  public static Snapshot snapshot(Record record, SnapshotId id, PoolName pool) throws BadRecord {
    Name name = name(record.require(SNAPSHOT), id, id.isKept() ? SnapshotId::kept : SnapshotId::of);
    return new Snapshot(
        id,
        name,
        pool,
        new VolumeId(record.get("source-volume")),
        capacity(record.get("capacity")),
        bytes(record, "charged"),
        content(record),
        Format.instant(record.get("cut")));
  }

  /// The name that a record gives to what was found under an id, if they belong together.
  private static Name name(
      Record record, StoredId id, BiFunction<PoolTag, Name, ? extends StoredId> naming)
      throws BadRecord {
    if (!record.get("id").equals(id.text())) {
      throw new BadRecord("is the record of %s".formatted(record.get("id")));
    }
    Name name = name(record.get("name"));
    if (id.tag().filter(tag -> naming.apply(tag, name).equals(id)).isEmpty()) {
      throw new BadRecord("has a name that does not belong to its id");
    }
    return name;
  }

  private static Record content(Record record, Content content) {
    return switch (content) {
      case Content.Raw(var shape) ->
          record
              .with("content", "raw")
              .with("provisioning", shape.provisioning())
              .with("sector", CapacityRange.BLOCK);
      case Content.Formatted(var shape, var uuid) ->
          record
              .with("content", "formatted")
              .with("provisioning", shape.provisioning())
              .with("sector", CapacityRange.BLOCK)
              .with("fs-type", shape.type())
              .with("fs-uuid", uuid);
      case Content.Tree(var shape, var enforced, var shares) -> {
        Record tree =
            record
                .with("content", "tree")
                .with("quota", shape.quotaRequired() ? "required" : "none")
                .with("enforced", enforced);
        yield shares.isEmpty() ? tree : tree.with("shared", text(shares));
      }
    };
  }

  private static Content content(Record record) throws BadRecord {
    return switch (record.get("content")) {
      case "raw" -> new Content.Raw(new Shape.Raw(provisioning(record)));
      case "formatted" ->
          new Content.Formatted(
              new Shape.Formatted(fsType(record.get("fs-type")), provisioning(record)),
              Format.uuid(record.get("fs-uuid")));
      case "tree" ->
          new Content.Tree(
              new Shape.Tree(flag(record, "quota", "required", "none")),
              flag(record, "enforced", "true", "false"),
              shares(record));
      default -> throw unknown(record, "content");
    };
  }

  /// Such as `a-v-x:4096,a-v-y:8192`.
  private static String text(List<Share> shares) {
    return shares.stream()
        .map(share -> share.volume().text() + ":" + share.bytes())
        .collect(Collectors.joining(","));
  }

  private static List<Share> shares(Record record) throws BadRecord {
    List<Share> shares = new ArrayList<>();
    for (String text : record.find("shared").map(all -> all.split(",", -1)).orElse(new String[0])) {
      int colon = text.indexOf(':');
      if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,18}")) {
        throw unknown(record, "shared");
      }
      long bytes = Long.parseLong(text.substring(colon + 1));
      shares.add(new Share(new VolumeId(text.substring(0, colon)), bytes));
    }
    return shares;
  }

  private static Record source(Record record, VolumeSource source) {
    return switch (source) {
      case VolumeSource.Empty _ -> record;
      case VolumeSource.OfSnapshot(var id) -> record.with("source-snapshot", id);
      case VolumeSource.OfVolume(var id) -> record.with("source-volume", id);
    };
  }

  private static VolumeSource source(Record record) {
    Optional<VolumeSource> snapshot =
        record.find("source-snapshot").map(id -> new VolumeSource.OfSnapshot(new SnapshotId(id)));
    Optional<VolumeSource> volume =
        record.find("source-volume").map(id -> new VolumeSource.OfVolume(new VolumeId(id)));
    return snapshot.or(() -> volume).orElseGet(VolumeSource.Empty::new);
  }

  private static Name name(String text) throws BadRecord {
    Optional<String> refused = Name.refused(text);
    if (refused.isPresent()) {
      throw new BadRecord("has a name that " + refused.get());
    }
    return new Name(text);
  }

  private static long capacity(String text) throws BadRecord {
    try {
      long bytes = Long.parseLong(text);
      if (bytes > 0 && bytes % CapacityRange.BLOCK == 0) {
        return bytes;
      }
    } catch (NumberFormatException _) {
      // Falls to the one refusal below.
    }
    throw new BadRecord("has an invalid capacity: " + text);
  }

  private static long bytes(Record record, String key) throws BadRecord {
    try {
      long bytes = Long.parseLong(record.get(key));
      if (bytes >= 0) {
        return bytes;
      }
    } catch (NumberFormatException _) {
      // Falls to the one refusal below.
    }
    throw unknown(record, key);
  }

  private static Shape.Provisioning provisioning(Record record) throws BadRecord {
    return flag(record, "provisioning", "thick", "thin")
        ? Shape.Provisioning.THICK
        : Shape.Provisioning.THIN;
  }

  private static FileSystemType fsType(String text) throws BadRecord {
    return FileSystemType.of(text)
        .filter(type -> type != FileSystemType.BTRFS)
        .orElseThrow(() -> new BadRecord("has a filesystem that no volume holds: " + text));
  }

  private static boolean flag(Record record, String key, String yes, String no) throws BadRecord {
    String value = record.get(key);
    if (!value.equals(yes) && !value.equals(no)) {
      throw unknown(record, key);
    }
    return value.equals(yes);
  }

  private static BadRecord unknown(Record record, String key) throws BadRecord {
    return new BadRecord(String.format(Locale.ROOT, "has an unknown %s: %s", key, record.get(key)));
  }
}
