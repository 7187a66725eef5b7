package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.ControllerModifyVolumeRequest;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import io.grpc.StatusRuntimeException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  @TempDir Path directory;

  @Test
  void callsAreCountedByCodeAndTimed() throws Exception {
    var interceptors =
        List.of(
            new CallMetrics(registry),
            new CallLog(),
            new Gate(new Features(false, false), () -> true));
    try (var served =
        new SocketServer(
            directory,
            Duration.ofSeconds(5),
            new Echo(ControllerGrpc.getServiceDescriptor()),
            interceptors)) {
      var client = ControllerGrpc.newBlockingStub(served.channel);
      DeleteVolumeResponse _ = client.deleteVolume(DeleteVolumeRequest.getDefaultInstance());
      DeleteVolumeResponse _ = client.deleteVolume(DeleteVolumeRequest.getDefaultInstance());
      assertThatThrownBy(() ->
              client.controllerModifyVolume(ControllerModifyVolumeRequest.getDefaultInstance()))
          .isInstanceOf(StatusRuntimeException.class);
    }

    var calls = (CounterSnapshot) metric("nook_calls");
    assertThat(calls.getDataPoints())
        .extracting(point -> point.getLabels().toString() + point.getValue())
        .containsExactlyInAnyOrder(
            "{code=\"OK\",method=\"DeleteVolume\"}2.0",
            "{code=\"UNIMPLEMENTED\",method=\"ControllerModifyVolume\"}1.0");
    var durations = (HistogramSnapshot) metric("nook_call_duration_seconds");
    assertThat(durations.getDataPoints()).hasSize(2);
    assertThat(durations.getDataPoints()).allMatch(point -> point.getSum() > 0);
    var working = (GaugeSnapshot) metric("nook_calls_working");
    assertThat(working.getDataPoints()).allMatch(point -> point.getValue() == 0);
  }

  private MetricSnapshot metric(String name) {
    return registry.scrape(name::equals).stream().findFirst().orElseThrow();
  }
}
