package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.trust.Enrolling.Proof;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewFluent;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a token must prove. The mock stands for the API server's answers, which are those of a
/// projected token of Kubernetes 1.30 and later.
@EnableKubernetesMockClient
class PodTokensTest {
  private static final String AUDIENCE = "nook-controller";
  private static final String ACCOUNT = "system:serviceaccount:nook:nook-node";
  private static final String POD_PATH = "/api/v1/namespaces/nook/pods/nook-node-x";
  private static final String POD = "authentication.kubernetes.io/pod-name";
  private static final String UID = "authentication.kubernetes.io/pod-uid";
  private static final String NODE = "authentication.kubernetes.io/node-name";
  private static final Map<String, List<String>> BOUND =
      Map.of(POD, List.of("nook-node-x"), UID, List.of("u1"), NODE, List.of("a"));

  // The extension sets them before each test.
  @SuppressWarnings("NullAway.Init")
  private KubernetesClient cluster;

  @SuppressWarnings("NullAway.Init")
  private KubernetesMockServer server;

  @Test
  void aTokenOfALivingPodProvesItsNode() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, BOUND);
    pod("u1", "a", "Running");

    assertThat(prove("token")).isEqualTo(new Proof.Node("a"));
  }

  @Test
  void aTokenThatIsNotValidProvesNothing() throws IOException {
    review(false, List.of(), "", Map.of());

    assertRefused("the token is not valid");
  }

  @Test
  void aTokenForAnotherAudienceProvesNothing() throws IOException {
    review(true, List.of("https://kubernetes.default.svc"), ACCOUNT, BOUND);

    assertRefused("not for the audience nook-controller");
  }

  @Test
  void theTokenOfAnotherAccountProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), "system:serviceaccount:tenant:nook-node", BOUND);

    assertRefused("that of system:serviceaccount:tenant:nook-node");
  }

  @Test
  void aTokenThatIsBoundToNoPodProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, Map.of(NODE, List.of("a")));

    assertRefused("names no pod and node");
  }

  @Test
  void aTokenThatNamesTwoNodesProvesNothing() throws IOException {
    review(
        true,
        List.of(AUDIENCE),
        ACCOUNT,
        Map.of(POD, List.of("nook-node-x"), UID, List.of("u1"), NODE, List.of("a", "b")));

    assertRefused("names no pod and node");
  }

  @Test
  void theTokenOfAPodThatIsGoneProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, BOUND);
    server.expect().get().withPath(POD_PATH).andReturn(404, "").always();

    assertRefused("is no longer there");
  }

  @Test
  void theTokenOfAPodThatWasReplacedProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, BOUND);
    pod("u2", "a", "Running");

    assertRefused("is no longer there");
  }

  @Test
  void theTokenOfAPodThatHasEndedProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, BOUND);
    pod("u1", "a", "Failed");

    assertRefused("is no longer there");
  }

  @Test
  void aPodOnAnotherNodeThanTheTokenProvesNothing() throws IOException {
    review(true, List.of(AUDIENCE), ACCOUNT, BOUND);
    pod("u1", "b", "Running");

    assertRefused("runs on b, and not on a");
  }

  @Test
  void noTokenIsSentNowhere() throws IOException {
    assertThat(prove(" ")).isEqualTo(new Proof.Refused("the request has no token"));
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void anApiServerThatFailsIsNoRefusal() {
    server
        .expect()
        .post()
        .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
        .andReturn(403, "")
        .always();

    assertThatThrownBy(() -> prove("token"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not review tokens");
  }

  private Proof prove(String token) throws IOException {
    return new PodTokens(cluster, AUDIENCE, "nook", "nook-node").prove(token);
  }

  private void assertRefused(String reason) throws IOException {
    assertThat(prove("token"))
        .isInstanceOfSatisfying(
            Proof.Refused.class, refused -> assertThat(refused.reason()).contains(reason));
  }

  private void review(
      boolean authenticated, List<String> audiences, String user, Map<String, List<String>> extra) {
    TokenReviewFluent<TokenReviewBuilder>.StatusNested<TokenReviewBuilder> status =
        new TokenReviewBuilder()
            .withNewStatus()
            .withAuthenticated(authenticated)
            .withAudiences(audiences);
    server
        .expect()
        .post()
        .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
        .andReturn(
            201,
            status.withNewUser().withUsername(user).withExtra(extra).endUser().endStatus().build())
        .once();
  }

  private void pod(String uid, String node, String phase) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withNamespace("nook")
            .withName("nook-node-x")
            .withUid(uid)
            .endMetadata()
            .withNewSpec()
            .withNodeName(node)
            .endSpec()
            .withNewStatus()
            .withPhase(phase)
            .endStatus()
            .build();
    server.expect().get().withPath(POD_PATH).andReturn(200, pod).once();
  }
}
