package dev.nook.store.health;

/// A fault of a volume, as it was last seen.
///
/// @param message what was found, for people; it reaches the status of pods, so it names no path of
///   this host
public record VolumeFault(Reason reason, String message) {
  /// What it means for the volume's users, in CSI's words.
  public enum Severity {
    /// Works, with restrictions.
    DEGRADED,
    /// Cannot be read or written now.
    INACCESSIBLE,
    /// Has lost data.
    DATA_LOSS
  }

  /// A reason, with a name that alerts and scripts can rely on.
  public enum Reason {
    RECORD_UNREADABLE("RecordUnreadable", Severity.INACCESSIBLE),
    CONTENT_MISSING("ContentMissing", Severity.DATA_LOSS),
    CONTENT_TRUNCATED("ContentTruncated", Severity.DATA_LOSS),
    CONTENT_REPLACED("ContentReplaced", Severity.DATA_LOSS),
    CONTENT_UNREADABLE("ContentUnreadable", Severity.INACCESSIBLE),
    FILESYSTEM_DAMAGED("FilesystemDamaged", Severity.INACCESSIBLE),
    FILESYSTEM_SHUT_DOWN("FilesystemShutDown", Severity.INACCESSIBLE),
    FILESYSTEM_READ_ONLY("FilesystemReadOnly", Severity.DEGRADED),
    FILESYSTEM_ERRORS("FilesystemErrors", Severity.DEGRADED),
    DIRECT_IO_LOST("DirectIoLost", Severity.DEGRADED),
    POOL_CLOSED("PoolClosed", Severity.INACCESSIBLE),
    POOL_UNRESPONSIVE("PoolUnresponsive", Severity.INACCESSIBLE);

    private final String text;
    private final Severity severity;

    Reason(String text, Severity severity) {
      this.text = text;
      this.severity = severity;
    }

    /// Returns the name outside of this program, in CamelCase as CSI demands.
    public String text() {
      return text;
    }

    public Severity severity() {
      return severity;
    }
  }
}
