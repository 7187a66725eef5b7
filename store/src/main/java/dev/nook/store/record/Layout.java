package dev.nook.store.record;

import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import java.nio.file.Path;
import java.util.Optional;

/// Names every path of a pool below its root; what lies within the directory of one volume names
/// [Home]. No path is built from text that a caller sent: an id that does not follow the grammar of
/// ids is refused here, because no caller may let one come so far.
///
/// ```
/// FORMAT                 version, pool UUID, node, checksum
/// .lock                  held for life; never read, never unlinked
/// .holder                who holds the lock: a hint for people
/// DEGRADED               present after an I/O error
/// volumes/<id>/          its presence here is the commit
/// snapshots/<id>/        the same shape, read-only
/// staging/<id>.<nonce>/  under construction, never served; template.<nonce>/ is what new volumes
///                        of this driver start from
/// trash/<id>.<nonce>/    deleted, emptied in the background
/// reserve                released so that deletes work on a full disk
/// ```
public record Layout(Path root) {
  public static final String VOLUMES = "volumes";
  public static final String TRASH = "trash";

  public Path format() {
    return root.resolve("FORMAT");
  }

  /// Returns where a FORMAT is written before it takes its place.
  public Path newFormat() {
    return root.resolve("FORMAT.new");
  }

  public Path lock() {
    return root.resolve(".lock");
  }

  public Path holder() {
    return root.resolve(".holder");
  }

  public Path degraded() {
    return root.resolve("DEGRADED");
  }

  public Path probe() {
    return root.resolve(".probe");
  }

  public Path reserve() {
    return root.resolve("reserve");
  }

  public Path volumes() {
    return root.resolve(VOLUMES);
  }

  public Path snapshots() {
    return root.resolve("snapshots");
  }

  public Path staging() {
    return root.resolve("staging");
  }

  public Path trash() {
    return root.resolve(TRASH);
  }

  public Home volume(VolumeId id) {
    return home(id);
  }

  public Home snapshot(SnapshotId id) {
    return home(id);
  }

  /// Returns the place of what has this id, from which it is served.
  public Home home(StoredId id) {
    return new Home(directory(id).resolve(checked(id)));
  }

  /// Returns the directory in which the place of this id is.
  public Path directory(StoredId id) {
    return switch (id) {
      case VolumeId _ -> volumes();
      case SnapshotId _ -> snapshots();
    };
  }

  public Home staged(StoredId id, String nonce) {
    return new Home(staging().resolve(checked(id) + "." + nonce));
  }

  /// Returns a directory whose name no id has.
  public Home template(String nonce) {
    return new Home(staging().resolve("template." + nonce));
  }

  public static boolean isTemplate(String directory) {
    return directory.startsWith("template.");
  }

  public Home discarded(StoredId id, String nonce) {
    return new Home(trash().resolve(checked(id) + "." + nonce));
  }

  /// Returns the id in the name of a directory in `volumes/` or `snapshots/`, or before the nonce
  /// in the name of one in `staging/` or `trash/`. It has no tag where people made up the name.
  public static StoredId idOf(String directory) {
    int dot = directory.indexOf('.');
    String text = dot < 0 ? directory : directory.substring(0, dot);
    SnapshotId snapshot = new SnapshotId(text);
    return snapshot.tag().isPresent() ? snapshot : new VolumeId(text);
  }

  /// Whether the name of a directory in `volumes/` or `snapshots/` has another pool's tag.
  public static boolean isForeign(String directory, PoolTag own) {
    StoredId id = idOf(directory);
    return id.tag().isPresent() && !id.tag().equals(Optional.of(own));
  }

  private static String checked(StoredId id) {
    if (id.tag().isEmpty()) {
      throw new IllegalArgumentException("not an id of a pool: " + id);
    }
    return id.text();
  }
}
