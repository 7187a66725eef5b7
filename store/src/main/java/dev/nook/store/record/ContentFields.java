package dev.nook.store.record;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Writes and reads the fields of a record that say what a volume or a snapshot holds.
final class ContentFields {
  private static final String CONTENT = "content";
  private static final String RAW = "raw";
  private static final String FORMATTED = "formatted";
  private static final String TREE = "tree";
  private static final String PROVISIONING = "provisioning";
  private static final String SECTOR = "sector";
  private static final String FS_TYPE = "fs-type";
  private static final String FS_UUID = "fs-uuid";
  private static final String QUOTA = "quota";
  private static final String ENFORCED = "enforced";
  private static final String SHARED = "shared";

  private ContentFields() {}

  static Record add(Record record, Content content) {
    return switch (content) {
      case Content.Raw(var shape) -> image(record, RAW, shape.provisioning());
      case Content.Formatted(var shape, var uuid) ->
          image(record, FORMATTED, shape.provisioning())
              .with(FS_TYPE, shape.type())
              .with(FS_UUID, uuid);
      case Content.Tree(var shape, var enforced, var shares) -> {
        Record tree =
            record
                .with(CONTENT, TREE)
                .with(QUOTA, shape.quotaRequired() ? "required" : "none")
                .with(ENFORCED, enforced);
        yield shares.isEmpty() ? tree : tree.with(SHARED, text(shares));
      }
    };
  }

  private static Record image(Record record, String content, Provisioning provisioning) {
    return record
        .with(CONTENT, content)
        .with(PROVISIONING, provisioning)
        .with(SECTOR, CapacityRange.BLOCK);
  }

  static Content read(Record record) throws BadRecord {
    return switch (record.get(CONTENT)) {
      case RAW -> new Content.Raw(new Shape.Raw(provisioning(record)));
      case FORMATTED ->
          new Content.Formatted(
              new Shape.Formatted(type(record.get(FS_TYPE)), provisioning(record)),
              Fields.uuid(record, FS_UUID));
      case TREE ->
          new Content.Tree(
              new Shape.Tree(Fields.flag(record, QUOTA, "required", "none")),
              Fields.flag(record, ENFORCED, "true", "false"),
              shares(record));
      default -> throw Fields.unknown(record, CONTENT);
    };
  }

  private static Provisioning provisioning(Record record) throws BadRecord {
    return Fields.flag(record, PROVISIONING, "thick", "thin")
        ? Provisioning.THICK
        : Provisioning.THIN;
  }

  private static FileSystemType type(String text) throws BadRecord {
    return FileSystemType.of(text)
        .filter(type -> type != FileSystemType.BTRFS)
        .orElseThrow(() -> new BadRecord("has a filesystem that no volume holds: " + text));
  }

  /// Writes shares as one value, such as `a-v-x:4096,a-v-y:8192`.
  private static String text(List<Share> shares) {
    return shares.stream()
        .map(share -> share.volume().text() + ":" + share.bytes())
        .collect(Collectors.joining(","));
  }

  private static List<Share> shares(Record record) throws BadRecord {
    List<Share> shares = new ArrayList<>();
    for (String text : record.find(SHARED).map(all -> all.split(",", -1)).orElse(new String[0])) {
      int colon = text.indexOf(':');
      if (colon < 0 || !text.substring(colon + 1).matches("[0-9]{1,18}")) {
        throw Fields.unknown(record, SHARED);
      }
      long bytes = Long.parseLong(text.substring(colon + 1));
      shares.add(new Share(new VolumeId(text.substring(0, colon)), bytes));
    }
    return shares;
  }
}
