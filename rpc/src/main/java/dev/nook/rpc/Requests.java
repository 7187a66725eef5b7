package dev.nook.rpc;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;

/// Carries a malformed request past the interceptors before it is refused with INVALID_ARGUMENT.
/// gRPC itself would parse it outside of them and answer UNKNOWN.
public final class Requests {
  /// Stands in for the message.
  private record Malformed() {}

  private Requests() {}

  public static ServerServiceDefinition parsedInside(ServerServiceDefinition service) {
    var definition = ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
    service.getMethods().forEach(method -> definition.addMethod(parsedInside(method)));
    return definition.build();
  }

  private static <A, B> ServerMethodDefinition<Object, B> parsedInside(
      ServerMethodDefinition<A, B> method) {
    MethodDescriptor<A, B> descriptor = method.getMethodDescriptor();
    ServerCallHandler<A, B> handler = method.getServerCallHandler();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                new Tolerant<>(descriptor.getRequestMarshaller()),
                descriptor.getResponseMarshaller())
            .build(),
        (call, headers) -> new Strict<>(handler.startCall(cast(call), headers)));
  }

  @SuppressWarnings("unchecked") // A handler sends replies of type B; only its listener sees A.
  private static <A, B> ServerCall<A, B> cast(ServerCall<Object, B> call) {
    return (ServerCall<A, B>) call;
  }

  private record Tolerant<A>(MethodDescriptor.Marshaller<A> exact)
      implements MethodDescriptor.Marshaller<Object> {
    @Override
    @SuppressWarnings("unchecked") // Only a client sends requests; kept for the interface.
    public InputStream stream(Object request) {
      return exact.stream((A) request);
    }

    @Override
    public Object parse(InputStream stream) {
      try {
        return exact.parse(stream);
      } catch (RuntimeException _) {
        return new Malformed();
      }
    }
  }

  private static final class Strict<A> extends ServerCall.Listener<Object> {
    private final ServerCall.Listener<A> handler;

    Strict(ServerCall.Listener<A> handler) {
      this.handler = handler;
    }

    @Override
    @SuppressWarnings("unchecked") // What is not Malformed came from the marshaller of A.
    public void onMessage(Object message) {
      if (message instanceof Malformed) {
        throw Statuses.malformedRequest().asRuntimeException();
      }
      handler.onMessage((A) message);
    }

    @Override
    public void onHalfClose() {
      handler.onHalfClose();
    }

    @Override
    public void onCancel() {
      handler.onCancel();
    }

    @Override
    public void onComplete() {
      handler.onComplete();
    }

    @Override
    public void onReady() {
      handler.onReady();
    }
  }
}
