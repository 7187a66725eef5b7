package dev.nook.store.error;

import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.Subject;
import dev.nook.store.id.VolumeId;
import java.io.IOException;

/// Why a storage request was not met, in terms its caller can act on: one kind for each party whose
/// turn it is. Every message names the volume, the difference and what to do, for a CO may show it
/// to its user. An [IOException] is everything else: this host failed.
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
    public NotFound(StoredId id) {
      this(id, "does not exist on this node");
    }

    /// @param why goes on where the id ends, as in "is not mounted at …"
    public NotFound(StoredId id, String why) {
      super("%s %s".formatted(id.words(), why));
    }
  }

  /// It exists, with other attributes.
  public static final class Incompatible extends StorageException {
    public Incompatible(StoredId id, String difference) {
      super("%s exists already, but %s".formatted(id.words(), difference));
    }
  }

  /// What is to be made cannot have the size asked for.
  public static final class OutOfRange extends StorageException {
    public OutOfRange(Subject what, String why) {
      super("%s: %s".formatted(what.words(), why));
    }
  }

  /// A volume stays as large as it is: it cannot be expanded as asked. The request is out of range,
  /// so that it can be lowered; to a pod that starts and asks again it is a precondition instead,
  /// so that the pod can start.
  public static final class ExpansionRefused extends StorageException {
    private final boolean podStarts;

    public ExpansionRefused(VolumeId id, String why) {
      this("%s: %s".formatted(id.words(), why), false);
    }

    private ExpansionRefused(String message, boolean podStarts) {
      super(message);
      this.podStarts = podStarts;
    }

    /// The same refusal, for a pod that starts with the size that the volume has.
    public ExpansionRefused toAPodThatStarts() {
      return new ExpansionRefused(
          getMessage()
              + ": the pod starts with the size that the volume has, and a lowered request takes"
              + " effect when the pod starts next",
          true);
    }

    /// Whether it is said to a pod that starts.
    public boolean podStarts() {
      return podStarts;
    }
  }

  /// This node has too little of something; another may have it.
  public static final class Exhausted extends StorageException {
    public Exhausted(Subject what, String limit) {
      super("%s: %s".formatted(what.words(), limit));
    }

    public Exhausted(Subject what, long neededBytes, long freeBytes) {
      this(what, bytes(neededBytes, freeBytes));
    }

    /// @param met what the kernel said
    public Exhausted(PoolName full, IOException met, long neededBytes, long freeBytes) {
      super(
          "%s is full (%s): %s"
              .formatted(full.words(), met.getMessage(), bytes(neededBytes, freeBytes)));
    }

    private static String bytes(long needed, long free) {
      return "%d bytes are needed, %d are free".formatted(needed, free);
    }
  }

  /// Something must happen first.
  public static final class NotReady extends StorageException {
    public NotReady(Subject what, String why) {
      super("%s: %s".formatted(what.words(), why));
    }
  }

  /// Another call holds it; retry.
  public static final class OperationPending extends StorageException {
    public OperationPending(StoredId id, String running) {
      super("%s: %s is still running; retry".formatted(id.words(), running));
    }

    /// @param busy who has too much to do for another call
    public OperationPending(String busy) {
      super(busy);
    }
  }

  /// This node did not give out the list token.
  public static final class StaleToken extends StorageException {
    public StaleToken(String token) {
      super("starting_token \"%s\" was not given out here; list from the start".formatted(token));
    }
  }

  /// The driver is not ready yet; retry.
  public static final class Unavailable extends StorageException {
    public Unavailable(String why) {
      super(why);
    }
  }
}
