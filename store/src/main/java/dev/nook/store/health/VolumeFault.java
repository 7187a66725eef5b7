package dev.nook.store.health;

/// One thing that is wrong with a volume, as it was seen last.
///
/// @param message what was found, for a person; it reaches the status of pods, so it names no path
///   of this host
public record VolumeFault(Reason reason, String message) {
  /// What it means for whoever uses the volume, in the words of CSI.
  public enum Severity {
    /// Works, with less than it should have.
    DEGRADED,
    /// Cannot be read or written now.
    INACCESSIBLE,
    /// Has lost bytes.
    DATA_LOSS
  }

  /// A reason, with the name that stays the same for alerts and scripts.
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

    /// The name outside of this program, in CamelCase as CSI asks for.
    public String text() {
      return text;
    }

    public Severity severity() {
      return severity;
    }
  }
}
