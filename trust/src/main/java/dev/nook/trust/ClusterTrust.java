package dev.nook.trust;

import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.OwnKey;
import dev.nook.rpc.peer.PeerName;
import dev.nook.rpc.peer.Pem;
import dev.nook.rpc.peer.Renewal;
import dev.nook.rpc.peer.Role;
import dev.nook.rpc.peer.TlsFiles;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.BindableService;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;

/// A controller's part in the trust of its cluster: it looks after the authorities, signs its own
/// certificate, and enrols nodes.
public final class ClusterTrust {
  /// How often the authorities are looked at: another controller may have made a successor.
  private static final Duration PERIOD = Duration.ofMinutes(10);

  private final AuthorityUpkeep authorities;
  private final Certificates certificates = new Certificates();
  private final Enrolling enrolling;
  private final Clock clock;
  private final Renewal renewal = new Renewal(new SplittableRandom());
  private final Own own;

  /// What a controller shows.
  ///
  /// @param name its name, which only logs use
  /// @param files where its key, its certificate and the authorities are put
  /// @param credentials those of the same files
  public record Own(String name, TlsFiles files, LiveCredentials credentials) {}

  ClusterTrust(Own own, AuthorityStore store, Enrolling enrolling, Clock clock) {
    this.own = own;
    this.enrolling = enrolling;
    this.clock = clock;
    authorities = new AuthorityUpkeep(store, certificates, clock);
  }

  /// The trust of a Kubernetes cluster.
  ///
  /// @param namespace the namespace of the driver
  /// @param names what things are called there
  public static ClusterTrust of(
      KubernetesClient cluster, String namespace, Names names, Own own, Clock clock) {
    return new ClusterTrust(
        own,
        new SecretAuthorities(cluster, namespace, names.authorities()),
        new PodTokens(cluster, names.audience(), namespace, names.account()),
        clock);
  }

  /// What things are called in a cluster.
  ///
  /// @param authorities the Secret and the ConfigMap of the authorities
  /// @param account the service account of the node pods
  /// @param audience for whom their tokens are
  public record Names(String authorities, String account, String audience) {}

  /// Returns the service that enrols nodes.
  public BindableService enrolment() {
    return new EnrolmentService(enrolling, authorities, certificates, clock);
  }

  /// Does what is due, and returns how long there is nothing to do.
  public Duration keep() throws IOException {
    authorities.look();
    own.files().putAuthorities(authorities.trusted());
    own.credentials().refresh();
    Instant now = clock.instant();
    if (renewal.due(own.credentials().certificate(), now).isZero()) {
      sign(now);
    }
    Duration due = renewal.due(own.credentials().certificate(), now);
    return due.compareTo(PERIOD) < 0 ? due : PERIOD;
  }

  private void sign(Instant now) throws IOException {
    Authority issuer = authorities.issuer().orElseThrow();
    OwnKey key = OwnKey.make();
    var name = new PeerName(Role.CONTROLLER, own.name());
    var certificate = certificates.peer(issuer, name, key.publicKey(), now);
    key.keep(own.files(), Pem.write(certificate));
    own.credentials().refresh();
  }
}
