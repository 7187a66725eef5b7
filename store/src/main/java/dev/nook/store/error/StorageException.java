package dev.nook.store.error;

/// Why a storage request was not met, in terms its caller can act on: one kind for each party whose
/// turn it is. Every message names the volume, the difference and what to do, for a CO may show it
/// to its user. An [java.io.IOException] is everything else: this host failed.
public abstract sealed class StorageException extends Exception {
  private StorageException(String message) {
    super(message);
  }

  /// The request must be changed.
  public static final class InvalidArgument extends StorageException {
    /// @param field the wire's name for it, such as `volume_capabilities[0].mount.fs_type`
    public InvalidArgument(String field, String why) {
      super("%s %s".formatted(field, why));
    }
  }

  /// What the request names does not exist here.
  public static final class NotFound extends StorageException {
    public NotFound(Object id) {
      super("%s does not exist on this node".formatted(id));
    }

    public NotFound(Object id, String why) {
      super("%s %s".formatted(id, why));
    }
  }

  /// It exists, with other attributes.
  public static final class Incompatible extends StorageException {
    public Incompatible(Object id, String difference) {
      super("%s exists already, but %s".formatted(id, difference));
    }
  }

  /// The size asked for cannot be had.
  public static final class OutOfRange extends StorageException {
    public OutOfRange(Object what, String why) {
      super("%s: %s".formatted(what, why));
    }
  }

  /// This node has too little of something; another may have it.
  public static final class Exhausted extends StorageException {
    public Exhausted(Object what, long neededBytes, long freeBytes) {
      super("%s: %d bytes are needed, %d are free".formatted(what, neededBytes, freeBytes));
    }

    public Exhausted(Object what, String limit) {
      super("%s: %s".formatted(what, limit));
    }
  }

  /// Something must happen first.
  public static final class NotReady extends StorageException {
    public NotReady(Object id, String why) {
      super("%s: %s".formatted(id, why));
    }
  }

  /// Another call holds it; retry.
  public static final class OperationPending extends StorageException {
    public OperationPending(Object id, String running) {
      super("%s: %s is still running; retry".formatted(id, running));
    }
  }

  /// A list token that this node did not give out.
  public static final class StaleToken extends StorageException {
    public StaleToken(String token) {
      super("starting_token \"%s\" was not given out here; list from the start".formatted(token));
    }
  }

  /// Not yet; retry.
  public static final class Unavailable extends StorageException {
    public Unavailable(String why) {
      super(why);
    }
  }
}
