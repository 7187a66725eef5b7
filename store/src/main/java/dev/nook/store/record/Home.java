package dev.nook.store.record;

import java.nio.file.Path;

/// The directory of one volume or snapshot: its record, and its image or its tree.
public record Home(Path directory) {
  public Path meta() {
    return directory.resolve("meta");
  }

  /// Returns where a changed record is written before it replaces the old one.
  public Path newMeta() {
    return directory.resolve("meta.new");
  }

  public Path image() {
    return directory.resolve("image");
  }

  public Path data() {
    return directory.resolve("data");
  }

  /// Returns the name of the directory, by which the ledger and the trash know it.
  public String name() {
    return String.valueOf(directory.getFileName());
  }
}
