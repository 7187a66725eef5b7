package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import dev.nook.client.CsiClient;
import dev.nook.linux.syscall.TracepointCounter;
import dev.nook.rpc.CallLog;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Endpoint;
import dev.nook.testing.real.RealKernel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a call costs beside what it does: the system calls of the threads that carry it.
@RealKernel
class TransportCostsIT {
  private static final int CALLS = 50;

  /// One read and one write of the socket, one change of threads to the handler and one back.
  private static final long SYSTEM_CALLS = 18;

  @TempDir Path directory;

  @Test
  void aCallChangesThreadsTwice() throws ExecutionException, IOException, InterruptedException {
    var endpoint = new Endpoint(directory.resolve("csi.sock"));
    try (var server =
            new CsiServer(
                endpoint, List.of(new Nothing()), List.of(new CallLog()), Duration.ofSeconds(5));
        ExecutorService ancestor = Executors.newSingleThreadExecutor();
        TracepointCounter counter = ancestor.submit(() -> counted(server)).get();
        var client = new CsiClient(endpoint.socket())) {
      List<Long> costs = new ArrayList<>();
      for (int call = 0; call < CALLS; call++) {
        long before = counter.count();
        client.delete("v");
        Thread.sleep(5); // What the server does after its answer.
        costs.add(counter.count() - before);
      }
      long median = costs.stream().sorted().skip(CALLS / 2).findFirst().orElseThrow();
      assertThat(median).as(costs.toString()).isBetween(1L, SYSTEM_CALLS);
    }
  }

  /// Starts the server from a thread whose descendants are counted.
  private static TracepointCounter counted(CsiServer server) throws IOException {
    TracepointCounter counter = TracepointCounter.ofSystemCalls();
    server.start();
    return counter;
  }

  private static final class Nothing extends ControllerGrpc.ControllerImplBase {
    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      reply.onNext(DeleteVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }
}
