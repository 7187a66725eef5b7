package dev.nook.driver.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.cluster.peer.FixedPeers;
import dev.nook.driver.controller.ClusterController;
import dev.nook.driver.controller.ControllerConfig;
import dev.nook.driver.controller.EnrolmentEndpoint;
import dev.nook.driver.controller.PeerSource;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.trust.ClusterTrust;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node that gets its certificate, over real sockets. The mock stands for the API server: it
/// keeps the Secret, the ConfigMap and the pod, and answers the review of one token.
@EnableKubernetesMockClient(crud = true)
class EnrolmentTest {
  private static final String NAMESPACE = "nook";
  private static final String POD = "nook-node-x";
  private static final ClusterTrust.Names NAMES =
      new ClusterTrust.Names("nook-authorities", "nook-node", "nook-controller");

  // The extension sets them before each test.
  @SuppressWarnings("NullAway.Init")
  private KubernetesClient cluster;

  @SuppressWarnings("NullAway.Init")
  private KubernetesMockServer api;

  @TempDir Path folder;
  private TlsFiles own;
  private LiveCredentials credentials;
  private ClusterController controller;
  private String uid = "";

  @BeforeEach
  void start() throws IOException {
    create(new SecretBuilder().withNewMetadata().endMetadata().build(), NAMES.authorities());
    create(new ConfigMapBuilder().withNewMetadata().endMetadata().build(), NAMES.authorities());
    create(pod("a"), POD);
    TlsFiles files = files("controller");
    controller =
        new ClusterController(
            new ControllerConfig(
                new Endpoint(folder.resolve("csi.sock")),
                "csi.nook.dev",
                false,
                new PeerSource.Named(new FixedPeers(List.of())),
                files,
                Optional.of(
                    new EnrolmentEndpoint(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        NAMESPACE,
                        NAMES)),
                Optional.empty()),
            () -> cluster);
    controller.start();
    while (!Files.exists(files.certificate())) {
      Thread.yield();
    }
    own = files("node");
    Path _ = Files.copy(files.authorities(), own.authorities());
    Path _ = Files.writeString(folder.resolve("token"), "the token\n");
    credentials = LiveCredentials.ofNode(own, "a");
  }

  @AfterEach
  void stop() throws IOException {
    controller.close();
  }

  @Test
  void aNodeGetsItsCertificateAndKeepsItForAThirdOfItsLife() throws IOException {
    reviewed("a");

    Duration wait = enrolment(Clock.systemUTC()).turn();

    assertThat(wait).isBetween(Duration.ofHours(20), Duration.ofHours(28));
    assertThat(credentials.end()).isPresent();
    assertThat(Files.getPosixFilePermissions(own.key())).hasSize(2);
  }

  @Test
  void aNodeThatStartsAgainUsesTheCertificateThatItHas() {
    reviewed("a");
    Duration _ = enrolment(Clock.systemUTC()).turn();
    Optional<X509Certificate> first = credentials.certificate();

    Duration wait = enrolment(Clock.systemUTC()).turn();

    assertThat(wait).isPositive();
    assertThat(credentials.certificate()).isPresent().isEqualTo(first);
  }

  @Test
  void aCertificateIsReplacedBeforeItEnds() {
    reviewed("a");
    Duration _ = enrolment(Clock.systemUTC()).turn();
    X509Certificate first = credentials.certificate().orElseThrow();
    Instant later = first.getNotAfter().toInstant().minus(Duration.ofHours(36));

    Duration _ = enrolment(Clock.fixed(later, ZoneOffset.UTC)).turn();

    assertThat(credentials.certificate().orElseThrow().getPublicKey())
        .isNotEqualTo(first.getPublicKey());
  }

  @Test
  void aCertificateForAnotherNodeIsNotUsed() {
    var _ = cluster.resource(pod("b")).inNamespace(NAMESPACE).createOr(edit -> edit.update());
    reviewed("b");

    Duration wait = enrolment(Clock.systemUTC()).turn();

    assertThat(own.certificate()).exists();
    assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
    assertThat(credentials.certificate()).isEmpty();
  }

  @Test
  void aControllerThatIsAwayIsAskedAgainLaterAndLater() throws IOException {
    Enrolment enrolment = enrolment(Clock.systemUTC());
    controller.close();

    assertThat(enrolment.turn()).isLessThan(Duration.ofSeconds(2));
    assertThat(enrolment.turn()).isGreaterThan(Duration.ofMillis(1500));
    assertThat(credentials.certificate()).isEmpty();
  }

  private Enrolment enrolment(Clock clock) {
    var address =
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), controller.enrolmentPort().orElseThrow());
    var point = new EnrolmentPoint(address, folder.resolve("token"));
    return new Enrolment(point, own, credentials, clock);
  }

  private TlsFiles files(String name) throws IOException {
    Path place = Files.createDirectories(folder.resolve(name));
    return new TlsFiles(
        place.resolve("tls.crt"), place.resolve("tls.key"), place.resolve("ca.crt"));
  }

  private void create(HasMetadata object, String name) {
    object.getMetadata().setNamespace(NAMESPACE);
    object.getMetadata().setName(name);
    uid = cluster.resource(object).create().getMetadata().getUid();
  }

  private static Pod pod(String node) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(POD)
        .endMetadata()
        .withNewSpec()
        .withNodeName(node)
        .endSpec()
        .withNewStatus()
        .withPhase("Running")
        .endStatus()
        .build();
  }

  private void reviewed(String node) {
    api.expect()
        .post()
        .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
        .andReturn(
            201,
            new TokenReviewBuilder()
                .withNewStatus()
                .withAuthenticated(true)
                .withAudiences(NAMES.audience())
                .withNewUser()
                .withUsername("system:serviceaccount:nook:" + NAMES.account())
                .withExtra(
                    Map.of(
                        "authentication.kubernetes.io/pod-name", List.of(POD),
                        "authentication.kubernetes.io/pod-uid", List.of(uid),
                        "authentication.kubernetes.io/node-name", List.of(node)))
                .endUser()
                .endStatus()
                .build())
        .always();
  }
}
