package dev.nook.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Times every call by method and code, and counts the calls that are running: one that hangs in
/// the kernel is counted even after its caller has gone. Must be the first interceptor, to see how
/// each call ends. Only methods of the served descriptors become labels, so that no caller can make
/// one.
public final class CallMetrics implements ServerInterceptor {
  /// Upper bounds of the buckets, from a call that answers from memory to kubelet's time limit.
  private static final double[] SECONDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60
  };

  private final Histogram durations;
  private final Gauge inFlight;

  public CallMetrics(PrometheusRegistry registry) {
    durations =
        Histogram.builder()
            .name("nook_rpc_duration_seconds")
            .help("Time from a CSI call's arrival to its answer.")
            .labelNames("method", "code")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars() // They would take a thread, and the text that is served has none.
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("nook_rpc_in_flight")
            .help("CSI calls that are running, whether or not their caller still waits.")
            .labelNames("method")
            .withoutExemplars()
            .register(registry);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
    return new Counted<>(next.startCall(new Timed<>(call, method), headers), method);
  }

  private final class Timed<A, B> extends SimpleForwardingServerCall<A, B> {
    private final long start = System.nanoTime();
    private final String method;

    Timed(ServerCall<A, B> call, String method) {
      super(call);
      this.method = method;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      durations
          .labelValues(method, status.getCode().name())
          .observe((System.nanoTime() - start) / 1e9);
      super.close(status, trailers);
    }
  }

  private final class Counted<A> extends SimpleForwardingServerCallListener<A> {
    private final String method;

    Counted(ServerCall.Listener<A> listener, String method) {
      super(listener);
      this.method = method;
    }

    @Override
    public void onHalfClose() {
      inFlight.labelValues(method).inc();
      try {
        super.onHalfClose();
      } finally {
        inFlight.labelValues(method).dec();
      }
    }
  }
}
