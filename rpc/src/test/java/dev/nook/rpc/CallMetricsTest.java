package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.ControllerModifyVolumeRequest;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import csi.v1.NodeGrpc;
import io.grpc.BindableService;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CallMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  @TempDir Path directory;

  @Test
  void callsAreTimedByMethodAndCode() throws IOException {
    try (var served = serve(new Echo(ControllerGrpc.getServiceDescriptor()))) {
      var client = ControllerGrpc.newBlockingStub(served.channel);
      DeleteVolumeResponse _ = client.deleteVolume(DeleteVolumeRequest.getDefaultInstance());
      DeleteVolumeResponse _ = client.deleteVolume(DeleteVolumeRequest.getDefaultInstance());
      assertThatThrownBy(() ->
              client.controllerModifyVolume(ControllerModifyVolumeRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
      assertThatThrownBy(() ->
              NodeGrpc.newBlockingStub(served.channel)
                  .nodeGetInfo(csi.v1.Csi.NodeGetInfoRequest.getDefaultInstance()))
          .as("a service that is not served")
          .isInstanceOf(StatusRuntimeException.class);
    }

    var durations = (HistogramSnapshot) metric("nook_rpc_duration_seconds");
    assertThat(durations.getDataPoints())
        .extracting(point -> point.getLabels().toString() + point.getCount())
        .containsExactlyInAnyOrder(
            "{code=\"OK\",method=\"DeleteVolume\"}2",
            "{code=\"UNIMPLEMENTED\",method=\"ControllerModifyVolume\"}1");
    assertThat(durations.getDataPoints()).allMatch(point -> point.getSum() > 0);
  }

  @Test
  void whatTheHandlerThrowsIsCountedAsWhatTheCallerGets() throws IOException {
    try (var served = serve(new Failing())) {
      assertThatThrownBy(() ->
              ControllerGrpc.newBlockingStub(served.channel)
                  .deleteVolume(DeleteVolumeRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
    }

    var durations = (HistogramSnapshot) metric("nook_rpc_duration_seconds");
    assertThat(durations.getDataPoints())
        .extracting(point -> point.getLabels().get("code"))
        .containsExactly("INTERNAL");
  }

  @Test
  void aCallIsInFlightUntilItsWorkEndsThoughItsCallerHasGone()
      throws IOException, InterruptedException {
    var slow = new Slow();
    try (var served = serve(slow)) {
      var reply =
          ControllerGrpc.newFutureStub(served.channel)
              .deleteVolume(DeleteVolumeRequest.getDefaultInstance());
      slow.arrived.await();
      reply.cancel(true);

      assertThat(inFlight()).isEqualTo(1);
      slow.release.countDown();
    }

    assertThat(inFlight()).isZero();
  }

  private SocketServer serve(BindableService service) throws IOException {
    return new SocketServer(
        directory,
        Duration.ofSeconds(10),
        service,
        List.of(
            new CallMetrics(registry),
            new CallLog(),
            new Gate(new Features(false, false), () -> true)));
  }

  private double inFlight() {
    var gauge = (GaugeSnapshot) metric("nook_rpc_in_flight");
    return gauge.getDataPoints().getFirst().getValue();
  }

  private MetricSnapshot metric(String name) {
    return registry.scrape(name::equals).stream().findFirst().orElseThrow();
  }

  private static final class Failing extends ControllerGrpc.ControllerImplBase {
    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      throw new IllegalStateException("a defect");
    }
  }

  private static final class Slow extends ControllerGrpc.ControllerImplBase {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      arrived.countDown();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      reply.onNext(DeleteVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }
}
