package dev.nook.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Counts calls by method and code, times them, and shows how many are at work: one that hangs in
/// the kernel stays in that number after its caller has gone.
public final class CallMetrics implements ServerInterceptor {
  private static final double[] SECONDS = {0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60};

  private final Counter calls;
  private final Histogram durations;
  private final Gauge working;

  public CallMetrics(PrometheusRegistry registry) {
    calls =
        Counter.builder()
            .name("nook_calls_total")
            .help("CSI calls answered")
            .labelNames("method", "code")
            .register(registry);
    durations =
        Histogram.builder()
            .name("nook_call_duration_seconds")
            .help("Time from a CSI call's arrival to its answer")
            .labelNames("method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .register(registry);
    working =
        Gauge.builder()
            .name("nook_calls_working")
            .help("CSI calls being worked on, whether or not their caller still waits")
            .labelNames("method")
            .register(registry);
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String method = String.valueOf(call.getMethodDescriptor().getBareMethodName());
    return new Counted<>(next.startCall(timed(call, method), headers), method);
  }

  private <A, B> ServerCall<A, B> timed(ServerCall<A, B> call, String method) {
    long start = System.nanoTime();
    return new SimpleForwardingServerCall<>(call) {
      @Override
      public void close(Status status, Metadata trailers) {
        calls.labelValues(method, status.getCode().name()).inc();
        durations.labelValues(method).observe((System.nanoTime() - start) / 1e9);
        super.close(status, trailers);
      }
    };
  }

  private final class Counted<A> extends SimpleForwardingServerCallListener<A> {
    private final String method;

    Counted(ServerCall.Listener<A> listener, String method) {
      super(listener);
      this.method = method;
    }

    @Override
    public void onHalfClose() {
      working.labelValues(method).inc();
      try {
        super.onHalfClose();
      } finally {
        working.labelValues(method).dec();
      }
    }
  }
}
