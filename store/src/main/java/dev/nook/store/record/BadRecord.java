package dev.nook.store.record;

/// Why a durable file cannot be trusted. Whatever the bytes are, reading them ends in a record or
/// in this.
public sealed class BadRecord extends Exception {
  public BadRecord(String why) {
    super(why);
  }

  /// Why, in words that follow the name of the file.
  public String why() {
    return String.valueOf(getMessage());
  }

  /// Written by a release that this one knows too little of to read, let alone to write.
  public static final class UnknownVersion extends BadRecord {
    public UnknownVersion(String version) {
      super("has format version %s, this release knows %d".formatted(version, Record.MAJOR));
    }
  }
}
