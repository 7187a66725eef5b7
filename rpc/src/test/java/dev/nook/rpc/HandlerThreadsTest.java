package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HandlerThreadsTest {
  private static final DeleteVolumeRequest DELETE = DeleteVolumeRequest.getDefaultInstance();

  @TempDir Path directory;

  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  void onlyTheHandlerHasAThreadOfItsOwn() throws IOException, InterruptedException {
    release.countDown();
    try (var served = serve(new Handler())) {
      var _ = ControllerGrpc.newBlockingStub(served.channel).deleteVolume(DELETE);

      assertThat(next()).isEqualTo("arrived on nook-events");
      assertThat(next()).isEqualTo("half-closed on nook-call");
      assertThat(next()).isEqualTo("began on nook-call");
      assertThat(next()).isEqualTo("ended on nook-call");
      assertThat(next()).startsWith("completed on ");
    }
  }

  @Test
  void whatComesWhileTheHandlerRunsFollowsIt() throws IOException, InterruptedException {
    try (var served = serve(new Handler())) {
      var reply = ControllerGrpc.newFutureStub(served.channel).deleteVolume(DELETE);
      assertThat(next()).startsWith("arrived");
      assertThat(next()).startsWith("half-closed");
      assertThat(next()).startsWith("began");
      reply.cancel(true);
      served.channel.shutdownNow();
      assertThat(seen.poll(200, TimeUnit.MILLISECONDS)).isNull();
      release.countDown();

      assertThat(next()).isEqualTo("ended on nook-call");
      assertThat(next()).isEqualTo("cancelled on nook-call");
    }
  }

  @Test
  void aHandlerThatThrowsAnswers() throws IOException {
    var throwing =
        new ControllerGrpc.ControllerImplBase() {
          @Override
          public void deleteVolume(
              DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
            throw new IllegalStateException("broken");
          }
        };
    try (var served = serve(throwing)) {
      assertThatThrownBy(() -> ControllerGrpc.newBlockingStub(served.channel).deleteVolume(DELETE))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL));
    }
  }

  private SocketServer serve(ControllerGrpc.ControllerImplBase handler) throws IOException {
    return new SocketServer(directory, Duration.ofSeconds(5), handler, List.of(new Seen()));
  }

  private String next() throws InterruptedException {
    return String.valueOf(seen.poll(20, TimeUnit.SECONDS));
  }

  private void see(String what) {
    seen.add(what + " on " + Thread.currentThread().getName().replaceAll("-[0-9-]+$", ""));
  }

  private final class Handler extends ControllerGrpc.ControllerImplBase {
    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      see("began");
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      see("ended");
      reply.onNext(DeleteVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }

  private final class Seen implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      see("arrived");
      return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
        @Override
        public void onHalfClose() {
          see("half-closed");
          super.onHalfClose();
        }

        @Override
        public void onCancel() {
          see("cancelled");
          super.onCancel();
        }

        @Override
        public void onComplete() {
          see("completed");
          super.onComplete();
        }
      };
    }
  }
}
