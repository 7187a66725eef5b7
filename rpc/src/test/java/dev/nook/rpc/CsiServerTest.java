package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import csi.v1.Csi.ProbeRequest;
import csi.v1.IdentityGrpc;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CsiServerTest {
  private static final DeleteVolumeRequest DELETE =
      DeleteVolumeRequest.newBuilder().setVolumeId("v").build();

  @TempDir Path directory;

  private final CountDownLatch release = new CountDownLatch(1);

  @Test
  void aFileThatIsNoSocketIsLeftAlone() throws Exception {
    Path socket = Files.writeString(directory.resolve("csi.sock"), "precious");

    assertThatThrownBy(() -> serve(Duration.ZERO, List.of()))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageContaining("is not a socket");

    assertThat(socket).hasContent("precious");
  }

  @Test
  void aSocketThatAnotherProcessServesIsLeftAlone() throws Exception {
    try (var first = serve(Duration.ZERO, List.of())) {
      assertThatThrownBy(() -> serve(Duration.ZERO, List.of()))
          .isInstanceOf(FileAlreadyExistsException.class)
          .hasMessageContaining("another process serves it");

      assertThat(delete(first.channel)).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void aStaleSocketIsReplaced() throws Exception {
    var address = UnixDomainSocketAddress.of(directory.resolve("csi.sock"));
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(address);
    }

    try (var served = serve(Duration.ZERO, List.of())) {
      assertThat(delete(served.channel)).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void whatAKilledStartLeftIsReplaced() throws Exception {
    Path nursery = Files.createDirectory(SocketFile.nursery(directory.resolve("csi.sock")));
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(nursery.resolve(SocketFile.FRESH)));
    }

    try (var _ = serve(Duration.ZERO, List.of())) {
      assertThat(directory).isDirectoryContaining(path -> path.endsWith("csi.sock"));
      assertThat(nursery).doesNotExist();
    }
  }

  @Test
  void aStartThatFailsLeavesNothing() throws Exception {
    int room = 101 - directory.toString().length();
    Path deep = directory.resolve("x".repeat(room));
    Slow slow = new Slow();
    var server =
        new CsiServer(new Endpoint(deep.resolve("s")), List.of(slow), List.of(), Duration.ZERO);

    assertThatThrownBy(server::start).isInstanceOf(IOException.class);

    assertThat(deep).isEmptyDirectory();
    server.close();
  }

  @Test
  void onlyThisUserCanOpenTheSocketAndItGoesWithTheServer() throws Exception {
    Path made = directory.resolve("a/b");

    try (var _ = new SocketServer(made, Duration.ZERO, new Slow(), List.of())) {
      assertThat(permissions(made)).isEqualTo("rwx------");
      assertThat(permissions(made.resolve("csi.sock"))).isEqualTo("rw-------");
    }

    assertThat(made).isEmptyDirectory();
  }

  @Test
  void anExistingDirectoryKeepsItsMode() throws Exception {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));

    try (var _ = new SocketServer(shared, Duration.ZERO, new Slow(), List.of())) {
      assertThat(permissions(shared)).isEqualTo("rwxr-xr-x");
    }
  }

  @Test
  void identityAnswersWhileEveryOtherThreadHangs() throws IOException, InterruptedException {
    Slow slow = new Slow();
    var identity = new Echo(IdentityGrpc.getServiceDescriptor());
    var server =
        new CsiServer(
            new Endpoint(directory.resolve("csi.sock")),
            List.of(slow, identity),
            List.of(),
            Duration.ofSeconds(10));
    server.start();
    try (var client = new SocketClient(directory.resolve("csi.sock"));
        var probe = new SocketClient(directory.resolve("csi.sock"))) {
      for (int i = 0; i < 300; i++) {
        var _ = ControllerGrpc.newFutureStub(client.channel()).deleteVolume(DELETE);
      }
      slow.awaitRunning(256);

      var _ =
          IdentityGrpc.newBlockingStub(probe.channel())
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .probe(ProbeRequest.getDefaultInstance());
    } finally {
      release.countDown();
      server.close();
    }
  }

  @Test
  void closingLetsARunningCallFinish()
      throws IOException, InterruptedException, ExecutionException {
    Slow slow = new Slow();
    var served = new SocketServer(directory, Duration.ofSeconds(20), slow, List.of());
    var reply = ControllerGrpc.newFutureStub(served.channel).deleteVolume(DELETE);
    slow.awaitRunning(1);

    Thread closing = Thread.ofPlatform().start(() -> closed(served.server));
    assertThat(closing.join(Duration.ofMillis(200))).isFalse();
    release.countDown();

    assertThat(reply.get()).isEqualTo(DeleteVolumeResponse.getDefaultInstance());
    closing.join();
    served.close();
  }

  @Test
  void aCallWhoseCallerHasGoneIsWaitedFor() throws IOException, InterruptedException {
    Slow slow = new Slow();
    var served = new SocketServer(directory, Duration.ofSeconds(20), slow, List.of());
    var reply = ControllerGrpc.newFutureStub(served.channel).deleteVolume(DELETE);
    slow.awaitRunning(1);
    reply.cancel(true);
    served.channel.shutdownNow();

    Thread closing = Thread.ofPlatform().start(() -> closed(served.server));
    assertThat(closing.join(Duration.ofMillis(200))).isFalse();
    release.countDown();

    assertThat(closing.join(Duration.ofSeconds(10))).isTrue();
    assertThat(slow.finished()).isEqualTo(1);
    served.close();
  }

  @Test
  void aCallThatHangsDoesNotHoldTheStopPastTheGrace() throws IOException, InterruptedException {
    Slow slow = new Slow();
    var served = new SocketServer(directory, Duration.ofMillis(100), slow, List.of());
    var _ = ControllerGrpc.newFutureStub(served.channel).deleteVolume(DELETE);
    slow.awaitRunning(1);

    served.close();

    assertThat(slow.finished()).isZero();
    release.countDown();
  }

  @Test
  void aMessageOfMoreThanAMebibyteIsRefused() throws Exception {
    release.countDown();
    try (var served = serve(Duration.ZERO, List.of(new CallLog()))) {
      var large = DELETE.toBuilder().putSecrets("k", "x".repeat(1 << 20)).build();

      assertThatThrownBy(() -> ControllerGrpc.newBlockingStub(served.channel).deleteVolume(large))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
      assertThat(delete(served.channel)).isEqualTo(Status.Code.OK);
    }
  }

  @Test
  void bytesThatAreNoMessageAreNotUnknown() throws Exception {
    release.countDown();
    try (var served = serve(Duration.ZERO, List.of(new CallLog()))) {
      for (byte[] bytes :
          List.of(
              new byte[] {(byte) 0xff, (byte) 0xff}, // a broken tag
              new byte[] {0x0a, 0x02, (byte) 0xc3, 0x28}, // volume_id is no UTF-8
              new byte[] {0x0a, 0x7f, 'x'})) { // volume_id ends early
        assertThatThrownBy(() -> raw(served.channel, bytes))
            .isInstanceOfSatisfying(
                StatusRuntimeException.class,
                e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
      }
      assertThat(delete(served.channel)).isEqualTo(Status.Code.OK);
    }
  }

  private SocketServer serve(Duration grace, List<? extends io.grpc.ServerInterceptor> interceptors)
      throws IOException {
    release.countDown();
    return new SocketServer(directory, grace, new Slow(), interceptors);
  }

  private static Status.Code delete(ManagedChannel channel) {
    DeleteVolumeResponse _ = ControllerGrpc.newBlockingStub(channel).deleteVolume(DELETE);
    return Status.Code.OK;
  }

  private static void raw(ManagedChannel channel, byte[] bytes) {
    var method = ControllerGrpc.getDeleteVolumeMethod().toBuilder(new Bytes(), new Bytes()).build();
    byte[] _ = ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, bytes);
  }

  private static void closed(CsiServer server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /// Answers DeleteVolume only when it is released.
  private final class Slow extends ControllerGrpc.ControllerImplBase implements BindableService {
    private int running;
    private int finished;

    @Override
    public void deleteVolume(
        DeleteVolumeRequest request, StreamObserver<DeleteVolumeResponse> reply) {
      started();
      try {
        release.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      finish();
      reply.onNext(DeleteVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }

    private synchronized void started() {
      running++;
      notifyAll();
    }

    private synchronized void finish() {
      finished++;
    }

    synchronized int finished() {
      return finished;
    }

    synchronized void awaitRunning(int wanted) throws InterruptedException {
      while (running < wanted) {
        wait();
      }
    }
  }
}
