package dev.nook.rpc;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;

/// Answers every unary call of a service with the empty message of its reply type.
final class Echo implements BindableService {
  private final ServiceDescriptor service;

  Echo(ServiceDescriptor service) {
    this.service = service;
  }

  @Override
  public ServerServiceDefinition bindService() {
    var definition = ServerServiceDefinition.builder(service);
    service.getMethods().forEach(method -> add(definition, method));
    return definition.build();
  }

  private static <A, B> void add(
      ServerServiceDefinition.Builder definition, MethodDescriptor<A, B> method) {
    definition.addMethod(
        method,
        ServerCalls.asyncUnaryCall((_, reply) -> {
          reply.onNext(method.parseResponse(new ByteArrayInputStream(new byte[0])));
          reply.onCompleted();
        }));
  }
}
