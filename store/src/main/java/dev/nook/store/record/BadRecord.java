package dev.nook.store.record;

/// Says why a record cannot be trusted. Whatever the bytes are, reading them ends in a record or in
/// this.
public sealed class BadRecord extends Exception {
  public BadRecord(String why) {
    super(why);
  }

  /// Returns the reason, in words that follow the name of the file.
  public String why() {
    return String.valueOf(getMessage());
  }

  /// A record of a release whose format this one does not know.
  public static final class UnknownVersion extends BadRecord {
    public UnknownVersion(String version, int known) {
      super("has format version %s, this release knows %d".formatted(version, known));
    }
  }
}
