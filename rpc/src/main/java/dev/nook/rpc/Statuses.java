package dev.nook.rpc;

import dev.nook.store.error.StorageException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;

/// The one map from failures to gRPC statuses ([error scheme](
/// https://github.com/container-storage-interface/spec/blob/master/spec.md#error-scheme)). Every
/// status has a message and no details; its cause is for the log only.
public final class Statuses {
  /// The most characters of a message, because trailers are limited.
  private static final int LONGEST_MESSAGE = 1000;

  /// Who has to act on an answer.
  public enum Turn {
    /// The call succeeded.
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
      case StorageException.ExpansionRefused e when e.podStarts() -> Status.FAILED_PRECONDITION;
      case StorageException.ExpansionRefused _ -> Status.OUT_OF_RANGE;
      case StorageException.Exhausted _ -> Status.RESOURCE_EXHAUSTED;
      case StorageException.NotReady _ -> Status.FAILED_PRECONDITION;
      case StorageException.OperationPending _ -> Status.ABORTED;
      case StorageException.StaleToken _ -> Status.ABORTED;
      case StorageException.Unavailable _ -> Status.UNAVAILABLE;
    };
  }

  /// Returns the status of a call that is not advertised (UNIMPLEMENTED).
  static Status notAdvertised(String method) {
    return Status.UNIMPLEMENTED.withDescription(method + " is not offered by this driver");
  }

  /// Returns the status of a call from somebody whose certificate is not trusted.
  public static Status unauthenticated(String why) {
    return Status.UNAUTHENTICATED.withDescription(cut(why));
  }

  /// Returns the status of a call that asks for what cannot be.
  public static Status invalid(String why) {
    return Status.INVALID_ARGUMENT.withDescription(cut(why));
  }

  /// Returns the status of a call that may succeed later.
  public static Status unavailable(String why) {
    return Status.UNAVAILABLE.withDescription(cut(why));
  }

  /// Returns the status of a call that its caller's role does not permit.
  public static Status notPermitted(String why) {
    return Status.PERMISSION_DENIED.withDescription(cut(why));
  }

  /// Returns the status of a request that does not parse.
  static Status malformedRequest() {
    return Status.INVALID_ARGUMENT.withDescription(
        "the request is malformed: it is not a message of its type");
  }

  /// Returns the same status, with INTERNAL in place of UNKNOWN: a failure without a code is this
  /// node's.
  static Status known(Status status) {
    return status.getCode() == Status.Code.UNKNOWN
        ? failed("the driver failed", status.asRuntimeException())
        : status;
  }

  /// Whether a CO takes this answer to CreateVolume for final: nothing was made, and nothing is
  /// under way ([external-provisioner](
  /// https://github.com/kubernetes-csi/external-provisioner#csi-error-and-timeout-handling)).
  public static boolean isFinal(Status status) {
    return switch (status.getCode()) {
      case CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, ABORTED, UNKNOWN -> false;
      default -> true;
    };
  }

  /// Returns who has to act on a status.
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

  /// Fills in the message of a status that a failure brought along.
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
