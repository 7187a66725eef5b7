package dev.nook.rpc;

import dev.nook.store.error.StorageException.Unavailable;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.function.BooleanSupplier;

/// Refuses calls that are not advertised (UNIMPLEMENTED), and Controller calls until the store is
/// ready (UNAVAILABLE), before a handler parses them. Identity and Node calls pass at once.
public final class Gate implements ServerInterceptor {
  private static final String CONTROLLER = "csi.v1.Controller/";
  private static final String ALWAYS_ANSWERS = CONTROLLER + "ControllerGetCapabilities";

  private final Features features;
  private final BooleanSupplier ready;

  /// @param ready whether the store knows all its volumes; must not block
  public Gate(Features features, BooleanSupplier ready) {
    this.features = features;
    this.ready = ready;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!features.serve(method)) {
      return refused(call, Statuses.notAdvertised(method));
    }
    if (method.startsWith(CONTROLLER) && !method.equals(ALWAYS_ANSWERS) && !ready.getAsBoolean()) {
      return refused(call, Statuses.of(new Unavailable("the volumes are still being read; retry")));
    }
    return next.startCall(call, headers);
  }

  private static <A, B> ServerCall.Listener<A> refused(ServerCall<A, B> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
