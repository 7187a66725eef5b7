package dev.nook.trust;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Asks the API server whose a token is ([TokenReview](
/// https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/)).
/// It must be projected for this audience into a pod of the driver's account, and that pod must be
/// there now, on the node that the token names. Neither the address of the caller nor anything that
/// it says of itself counts.
final class PodTokens implements Enrolling {
  private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";
  private static final String NODE_NAME = "authentication.kubernetes.io/node-name";
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");
  private static final int LONGEST_TOKEN = 16 << 10;

  private final KubernetesClient cluster;
  private final String audience;
  private final String namespace;
  private final String account;

  /// @param namespace the namespace of the driver's pods
  /// @param account their service account
  PodTokens(KubernetesClient cluster, String audience, String namespace, String account) {
    this.cluster = cluster;
    this.audience = audience;
    this.namespace = namespace;
    this.account = "system:serviceaccount:%s:%s".formatted(namespace, account);
  }

  @Override
  public Proof prove(String token) throws IOException {
    if (token.isBlank() || token.length() > LONGEST_TOKEN) {
      return new Proof.Refused("the request has no token");
    }
    try {
      return proof(review(token));
    } catch (KubernetesClientException e) {
      throw new IOException("The API server does not review tokens: " + e.getMessage(), e);
    }
  }

  private TokenReviewStatus review(String token) throws IOException {
    TokenReview review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(audience)
            .endSpec()
            .build();
    return Optional.ofNullable(cluster.tokenReviews().create(review).getStatus())
        .orElseThrow(() -> new IOException("The API server answered a review without a status."));
  }

  private Proof proof(TokenReviewStatus status) {
    if (!Boolean.TRUE.equals(status.getAuthenticated())) {
      return new Proof.Refused("the token is not valid: " + status.getError());
    }
    if (!status.getAudiences().contains(audience)) {
      return new Proof.Refused("the token is not for the audience " + audience);
    }
    UserInfo user = status.getUser();
    if (!account.equals(user.getUsername())) {
      return new Proof.Refused(
          "the token is that of %s, and not of %s".formatted(user.getUsername(), account));
    }
    Optional<String> pod = only(user, POD_NAME);
    Optional<String> uid = only(user, POD_UID);
    Optional<String> node = only(user, NODE_NAME);
    if (pod.isEmpty() || uid.isEmpty() || node.isEmpty()) {
      return new Proof.Refused(
          "the token names no pod and node; such tokens need Kubernetes 1.30 or later");
    }
    return living(pod.get(), uid.get(), node.get());
  }

  private Proof living(String name, String uid, String node) {
    Pod pod = cluster.pods().inNamespace(namespace).withName(name).get();
    boolean same = pod != null && uid.equals(pod.getMetadata().getUid());
    if (!same || ENDED.contains(String.valueOf(pod.getStatus().getPhase()))) {
      return new Proof.Refused("the pod %s of the token is no longer there".formatted(name));
    }
    return node.equals(pod.getSpec().getNodeName())
        ? new Proof.Node(node)
        : new Proof.Refused(
            "the pod %s runs on %s, and not on %s"
                .formatted(name, pod.getSpec().getNodeName(), node));
  }

  private static Optional<String> only(UserInfo user, String key) {
    if (user.getExtra() == null) {
      return Optional.empty();
    }
    List<String> values = user.getExtra().getOrDefault(key, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }
}
