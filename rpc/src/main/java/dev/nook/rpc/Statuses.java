package dev.nook.rpc;

import dev.nook.store.error.StorageException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/// The one map from what went wrong to a gRPC status ([error scheme](
/// https://github.com/container-storage-interface/spec/blob/master/spec.md#error-scheme)). A status
/// always has a message, never details, and carries its cause for the log alone.
public final class Statuses {
  /// Trailers are limited; a message is cut to this many characters.
  private static final int LONGEST_MESSAGE = 1000;

  /// Who has to act on an answer.
  public enum Turn {
    /// It went well.
    NOBODY,
    /// The caller must ask for something else.
    CALLER,
    /// The caller may ask again later.
    LATER,
    /// This node failed.
    OURS
  }

  private Statuses() {}

  public static Status of(Throwable error) {
    return switch (error) {
      case StorageException e -> status(e).withDescription(cut(String.valueOf(e.getMessage())));
      case StatusRuntimeException e -> refused(e.getStatus());
      case IOException e -> failed("this node failed: " + e.getMessage(), e);
      default -> failed("the driver failed: " + error.getClass().getSimpleName(), error);
    };
  }

  private static Status status(StorageException error) {
    return switch (error) {
      case StorageException.InvalidArgument _ -> Status.INVALID_ARGUMENT;
      case StorageException.NotFound _ -> Status.NOT_FOUND;
      case StorageException.Incompatible _ -> Status.ALREADY_EXISTS;
      case StorageException.OutOfRange _ -> Status.OUT_OF_RANGE;
      case StorageException.Exhausted _ -> Status.RESOURCE_EXHAUSTED;
      case StorageException.NotReady _ -> Status.FAILED_PRECONDITION;
      case StorageException.OperationPending _ -> Status.ABORTED;
      case StorageException.StaleToken _ -> Status.ABORTED;
      case StorageException.Unavailable _ -> Status.UNAVAILABLE;
    };
  }

  /// What [Gate] says to a call that is not advertised.
  static Status notAdvertised(String method) {
    return Status.UNIMPLEMENTED.withDescription(method + " is not offered by this driver");
  }

  /// What a request gets that does not parse.
  static Status malformedRequest() {
    return Status.INVALID_ARGUMENT.withDescription("the request is no message of its type");
  }

  /// The same status, but never UNKNOWN: what has no code of its own is this node's failure.
  static Status known(Status status) {
    return status.getCode() == Status.Code.UNKNOWN
        ? failed("the driver failed", status.asRuntimeException())
        : status;
  }

  /// Who has to act on a status.
  static Turn turn(Status status) {
    return switch (status.getCode()) {
      case OK -> Turn.NOBODY;
      case CANCELLED,
          INVALID_ARGUMENT,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          Turn.CALLER;
      case RESOURCE_EXHAUSTED, ABORTED, UNAVAILABLE -> Turn.LATER;
      case UNKNOWN, INTERNAL, DATA_LOSS -> Turn.OURS;
    };
  }

  /// A refusal that has its status already.
  private static Status refused(Status status) {
    String message = status.getDescription() == null ? "no reason given" : status.getDescription();
    return Status.fromCode(status.getCode()).withDescription(cut(message));
  }

  private static Status failed(String message, Throwable cause) {
    return Status.INTERNAL
        .withDescription(cut(message + "; see the driver's log"))
        .withCause(cause);
  }

  private static String cut(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "…";
  }
}
