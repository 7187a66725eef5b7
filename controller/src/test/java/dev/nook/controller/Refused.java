package dev.nook.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Asserts how a refused call ends.
final class Refused {
  private Refused() {}

  static void with(Status.Code code, String message, ThrowingCallable call) {
    var error = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(error).as("the call was answered").isNotNull();
    assertThat(error.getStatus().getDescription()).contains(message);
    assertThat(error.getStatus().getCode()).isEqualTo(code);
  }

  static void asInvalid(String message, ThrowingCallable call) {
    with(Status.Code.INVALID_ARGUMENT, message, call);
  }
}
