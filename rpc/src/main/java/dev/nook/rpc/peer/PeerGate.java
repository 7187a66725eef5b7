package dev.nook.rpc.peer;

import dev.nook.rpc.Statuses;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// Lets a call pass only if its caller's certificate is valid and trusted now, whenever the
/// connection was made, and its role may call that service. What passed is answered with a mark in
/// its trailers ([PeerAnswer]).
final class PeerGate implements ServerInterceptor {
  private final LiveCredentials credentials;

  PeerGate(LiveCredentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    PeerName caller;
    try {
      caller = credentials.verified(certificates(call), true);
    } catch (CertificateException | SSLPeerUnverifiedException e) {
      return refused(call, Statuses.unauthenticated(String.valueOf(e.getMessage())));
    }
    String service = String.valueOf(call.getMethodDescriptor().getServiceName());
    return caller.role().mayCall(service)
        ? next.startCall(new Answered<>(call), headers)
        : refused(call, Statuses.notPermitted("%s may not call %s".formatted(caller, service)));
  }

  private static X509Certificate[] certificates(ServerCall<?, ?> call)
      throws SSLPeerUnverifiedException {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null) {
      throw new SSLPeerUnverifiedException("the connection has no TLS");
    }
    return Arrays.stream(session.getPeerCertificates())
        .map(X509Certificate.class::cast)
        .toArray(X509Certificate[]::new);
  }

  private static <A, B> ServerCall.Listener<A> refused(ServerCall<A, B> call, Status status) {
    call.close(status, new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static final class Answered<A, B> extends SimpleForwardingServerCall<A, B> {
    Answered(ServerCall<A, B> call) {
      super(call);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      trailers.put(PeerAnswer.MARK, "");
      super.close(status, trailers);
    }
  }
}
