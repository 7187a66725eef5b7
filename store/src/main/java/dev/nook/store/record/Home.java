package dev.nook.store.record;

import java.nio.file.Path;

/// The directory of one volume: its record, and its image or its tree.
public record Home(Path directory) {
  public Path meta() {
    return directory.resolve("meta");
  }

  /// Where a changed record is written before it takes its place.
  public Path newMeta() {
    return directory.resolve("meta.new");
  }

  public Path image() {
    return directory.resolve("image");
  }

  public Path data() {
    return directory.resolve("data");
  }

  /// The directory's own name: what the ledger and the trash know it by.
  public String name() {
    return String.valueOf(directory.getFileName());
  }
}
