package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.OwnKey;
import dev.nook.rpc.peer.PeerName;
import dev.nook.rpc.peer.PeerServer;
import dev.nook.rpc.peer.PeerTls;
import dev.nook.rpc.peer.Role;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.testing.tls.TestAuthority;
import dev.nook.trust.Enrolling.Proof;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import nook.v1.EnrolmentGrpc;
import nook.v1.Nook.EnrolRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that enrols with a controller, over real sockets. What a token proves is given here;
/// `PodTokensTest` shows how it is found out.
class ClusterTrustTest {
  private final MemoryAuthorities store = new MemoryAuthorities();
  private Proof proof = new Proof.Node("a");

  @TempDir Path folder;
  private TlsFiles files;
  private ClusterTrust trust;
  private PeerServer server;

  @BeforeEach
  void start() throws IOException {
    files = files(folder);
    var credentials = LiveCredentials.ofController(files);
    trust =
        new ClusterTrust(
            new ClusterTrust.Own("one", files, credentials), store, _ -> proof, Clock.systemUTC());
    server =
        PeerServer.ofStrangers(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            credentials,
            List.of(trust.enrolment()),
            List.of(),
            Duration.ofSeconds(5));
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static TlsFiles files(Path folder) {
    return new TlsFiles(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
  }

  @Test
  void aNodeIsGivenACertificateForTheNameThatItsTokenProves() throws Exception {
    Duration _ = trust.keep();

    X509Certificate certificate = enrolled(files.authorities());

    assertThat(PeerName.of(certificate)).contains(new PeerName(Role.NODE, "a"));
    assertThat(certificate.getExtendedKeyUsage()).hasSize(2);
    assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
  }

  @Test
  void aNodeWhoseTokenProvesNothingIsRefused() throws IOException {
    Duration _ = trust.keep();
    proof = new Proof.Refused("the pod is no longer there");

    assertRefused(Status.Code.PERMISSION_DENIED, "the pod is no longer there", files.authorities());
  }

  @Test
  void aKeyThatCannotBeCertifiedIsRefusedBeforeTheTokenIsLookedAt() throws IOException {
    Duration _ = trust.keep();
    proof = new Proof.Refused("looked at");

    assertThatThrownBy(() -> enrol(files.authorities(), ByteString.copyFromUtf8("no key")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
  }

  @Test
  void aNodeGivesItsTokenToNobodyWhoseAuthorityItDoesNotTrust() throws IOException {
    Duration _ = trust.keep();
    new TestAuthority().issue(folder.resolve("other"), "nook://node/a");

    assertRefused(Status.Code.UNAVAILABLE, "", folder.resolve("other").resolve("ca.crt"));
  }

  @Test
  void aNodeGivesItsTokenToNoOtherNode() throws IOException {
    var authority = new TestAuthority();
    authority.issue(folder.resolve("thief"), "nook://node/thief");
    TlsFiles thief = files(folder.resolve("thief"));
    try (var posing =
        PeerServer.ofStrangers(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LiveCredentials.ofNode(thief, "thief"),
            List.of(trust.enrolment()),
            List.of(),
            Duration.ofSeconds(5))) {
      posing.start();
      server.close();
      server = posing;

      assertRefused(Status.Code.UNAVAILABLE, "", thief.authorities());
    }
  }

  @Test
  void whatIsDueIsDoneOnce() throws IOException {
    Duration wait = trust.keep();
    byte[] certificate = Files.readAllBytes(files.certificate());

    Duration again = trust.keep();

    assertThat(wait).isPositive();
    assertThat(again).isPositive();
    assertThat(files.certificate()).hasBinaryContent(certificate);
    assertThat(Files.getPosixFilePermissions(files.key())).hasSize(2);
  }

  private X509Certificate enrolled(Path authorities) throws GeneralSecurityException, IOException {
    ByteString pem =
        enrol(authorities, ByteString.copyFrom(OwnKey.make().publicKey().getEncoded()));
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(pem.toByteArray()));
  }

  private void assertRefused(Status.Code code, String message, Path authorities) {
    assertThatThrownBy(() -> enrolled(authorities))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageContaining(message);
  }

  private ByteString enrol(Path authorities, ByteString key) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))
            .overrideAuthority(PeerTls.ANY_CONTROLLER)
            .sslContext(PeerTls.toController(authorities))
            .disableRetry()
            .build();
    try {
      return EnrolmentGrpc.newBlockingStub(channel)
          .enrol(EnrolRequest.newBuilder().setToken("token").setPublicKey(key).build())
          .getCertificate();
    } finally {
      ManagedChannel _ = channel.shutdownNow();
    }
  }
}
