package dev.nook.rpc.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.NodeGrpc;
import dev.nook.testing.tls.TestAuthority;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who may call a node over the network, tried over real sockets.
class PeerServerTest {
  private static final Duration LONG_AGO = Duration.ofHours(1);

  private final TestAuthority authority = new TestAuthority();
  private final AtomicLong clock = new AtomicLong();

  @TempDir Path folder;
  private PeerServer server;

  @BeforeEach
  void start() throws IOException {
    authority.issue(folder.resolve("node"), "nook://node/a");
    server = server();
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aControllerIsServed() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");

    assertThat(answer("client", "a")).isEqualTo(7);
  }

  @Test
  void aNodeMayNotCallTheControllerServiceOfAnother() throws IOException {
    authority.issue(folder.resolve("client"), "nook://node/b");

    assertRefused(
        Status.Code.PERMISSION_DENIED, "node b may not call", () -> answer("client", "a"));
  }

  @Test
  void aControllerMayNotCallTheNodeService() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");

    assertRefused(
        Status.Code.PERMISSION_DENIED,
        "may not call csi.v1.Node",
        () ->
            with(
                "client",
                "a",
                channel ->
                    NodeGrpc.newBlockingStub(channel)
                        .nodeGetInfo(Csi.NodeGetInfoRequest.getDefaultInstance())));
  }

  @Test
  void plainTextIsRefused() {
    ManagedChannel plain =
        NettyChannelBuilder.forAddress(address()).usePlaintext().disableRetry().build();
    try {
      assertRefused(Status.Code.UNAVAILABLE, "", () -> capacity(plain));
    } finally {
      plain.shutdownNow();
    }
  }

  @Test
  void aClientWithoutACertificateIsRefused() {
    assertRefusedInHandshake("certificate_required", builder -> {});
  }

  @Test
  void theCertificateOfAnotherAuthorityIsRefused() throws IOException {
    new TestAuthority().issue(folder.resolve("client"), "nook://controller/one");

    assertRefusedInHandshake("certificate_unknown", this::withCertificate);
  }

  @Test
  void anExpiredCertificateIsRefused() throws IOException {
    authority.issue(
        folder.resolve("client"), Instant.now().minus(LONG_AGO), "nook://controller/one");

    assertRefusedInHandshake("certificate_unknown", this::withCertificate);
  }

  @Test
  void aCertificateForSomethingElseIsRefused() throws IOException {
    authority.issue(folder.resolve("client"), "https://controller/one");

    assertRefusedInHandshake("certificate_unknown", this::withCertificate);
  }

  @Test
  void aCertificateForSeveralIsRefused() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one", "nook://node/a");

    assertRefusedInHandshake("certificate_unknown", this::withCertificate);
  }

  /// A client that trusts the node whatever its certificate says, and shows what it is told to.
  private void assertRefusedInHandshake(String alert, Consumer<SslContextBuilder> shows) {
    SslContextBuilder builder =
        GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE);
    shows.accept(builder);
    assertRefused(
        Status.Code.UNAVAILABLE,
        alert,
        () -> {
          ManagedChannel channel =
              NettyChannelBuilder.forAddress(address())
                  .sslContext(builder.build())
                  .disableRetry()
                  .build();
          try {
            capacity(channel);
          } finally {
            channel.shutdownNow();
          }
        });
  }

  private void withCertificate(SslContextBuilder builder) {
    SslContextBuilder _ =
        builder.keyManager(
            folder.resolve("client/tls.crt").toFile(), folder.resolve("client/tls.key").toFile());
  }

  @Test
  void anotherNodeThanTheOneThatWasMeantIsNotCalled() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");

    assertRefused(Status.Code.UNAVAILABLE, "node a, and not for b", () -> answer("client", "b"));
  }

  @Test
  void aConnectionServesNoCallAfterItsAuthorityIsTrustedNoMore() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");
    with(
        "client",
        "a",
        channel -> {
          assertThat(capacity(channel)).isEqualTo(7);
          new TestAuthority().issue(folder.resolve("node"), "nook://node/a");
          clock.addAndGet(Duration.ofSeconds(11).toNanos());

          assertRefused(Status.Code.UNAUTHENTICATED, "", () -> capacity(channel));
          return 0L;
        });
  }

  @Test
  void aRenewedCertificateIsShownToTheNextConnection() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");
    assertThat(answer("client", "a")).isEqualTo(7);
    var next = new TestAuthority();
    next.issue(folder.resolve("node"), "nook://node/a");
    next.issue(folder.resolve("client"), "nook://controller/one");
    assertRefused(Status.Code.UNAVAILABLE, "", () -> answer("client", "a"));

    clock.addAndGet(Duration.ofSeconds(11).toNanos());

    assertThat(answer("client", "a")).isEqualTo(7);
  }

  @Test
  void aNodeThatHasNoCertificateYetStartsAndServesWhenItHasOne() throws IOException {
    stop();
    folder = folder.resolve("later");
    server = server();
    server.start();
    authority.issue(folder.resolve("client"), "nook://controller/one");
    assertRefused(Status.Code.UNAVAILABLE, "", () -> answer("client", "a"));

    authority.issue(folder.resolve("node"), "nook://node/a");
    clock.addAndGet(Duration.ofSeconds(11).toNanos());

    assertThat(answer("client", "a")).isEqualTo(7);
  }

  @Test
  void whatANodeAnswersIsToldFromWhatHappensOnTheWay() throws IOException {
    authority.issue(folder.resolve("client"), "nook://controller/one");
    authority.issue(folder.resolve("stranger"), "nook://node/b");

    assertThatThrownBy(() -> with("client", "a", PeerServerTest::deleted))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(PeerAnswer.isAnswer(e)).isTrue());
    assertThatThrownBy(() -> with("stranger", "a", PeerServerTest::deleted))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(PeerAnswer.isAnswer(e)).isFalse());
  }

  private PeerServer server() throws IOException {
    return PeerServer.ofPeers(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        LiveCredentials.ofNode(files("node"), "a", clock::get),
        List.of(new Seven(), new NodeGrpc.NodeImplBase() {}),
        List.of(),
        Duration.ZERO);
  }

  private TlsFiles files(String name) {
    Path own = folder.resolve(name);
    return new TlsFiles(own.resolve("tls.crt"), own.resolve("tls.key"), own.resolve("ca.crt"));
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
  }

  private long answer(String client, String node) throws IOException {
    return with(client, node, PeerServerTest::capacity);
  }

  private interface Calling<T> {
    T on(ManagedChannel channel) throws IOException;
  }

  private <T> T with(String client, String node, Calling<T> call) throws IOException {
    return with(
        isNode(client)
            ? LiveCredentials.ofNode(files(client), "b")
            : LiveCredentials.ofController(files(client)),
        node,
        call);
  }

  private <T> T with(LiveCredentials own, String node, Calling<T> call) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address())
            .overrideAuthority(PeerTls.authority(node))
            .sslContext(PeerTls.client(own))
            .disableRetry()
            .build();
    try {
      return call.on(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  /// Whether the certificate is that of node b.
  private boolean isNode(String client) {
    return LiveCredentials.ofNode(files(client), "b").end().isPresent();
  }

  private static long capacity(ManagedChannel channel) {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .getCapacity(Csi.GetCapacityRequest.getDefaultInstance())
        .getAvailableCapacity();
  }

  private static Csi.DeleteVolumeResponse deleted(ManagedChannel channel) {
    return ControllerGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .deleteVolume(Csi.DeleteVolumeRequest.getDefaultInstance());
  }

  private static void assertRefused(Status.Code code, String why, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused -> {
              assertThat(refused.getStatus().getCode()).as(refused.toString()).isEqualTo(code);
              assertThat(reasons(refused)).contains(why);
            });
  }

  private static String reasons(Throwable refused) {
    Throwable cause = refused.getCause();
    return refused.getMessage() + (cause == null ? "" : " " + reasons(cause));
  }

  /// A node with seven bytes.
  private static final class Seven extends ControllerGrpc.ControllerImplBase {
    @Override
    public void getCapacity(
        Csi.GetCapacityRequest request, StreamObserver<Csi.GetCapacityResponse> reply) {
      reply.onNext(Csi.GetCapacityResponse.newBuilder().setAvailableCapacity(7).build());
      reply.onCompleted();
    }
  }
}
