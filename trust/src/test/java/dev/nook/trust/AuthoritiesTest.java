package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.rpc.peer.PeerName;
import dev.nook.rpc.peer.Role;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Date;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The authorities of a cluster through ten years.
class AuthoritiesTest {
  private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration STEP = Duration.ofHours(12);
  private static final Duration SPAN = Duration.ofDays(3650);

  /// How long a node goes on with the authorities that it was shown: it was switched off meanwhile.
  private static final Duration STALE = Duration.ofDays(3);

  private final Certificates certificates = new Certificates();
  private final PublicKey key = key();

  @Test
  void theFirstSignsAtOnce() {
    Authorities first = Authorities.NONE.at(START, certificates::authority);

    assertThat(first.issuer(START)).hasValue(first.all().getFirst());
  }

  @Test
  void nothingChangesWhileNothingHasTo() {
    Authorities first = Authorities.NONE.at(START, certificates::authority);

    assertThat(first.at(START.plus(Duration.ofDays(500)), certificates::authority))
        .isEqualTo(first);
  }

  @Test
  void everyCertificateIsTrustedByEveryNodeWhateverTheAuthoritiesDoMeanwhile() throws Exception {
    Authorities now = Authorities.NONE;
    Deque<Shown> shown = new ArrayDeque<>();
    Deque<X509Certificate> living = new ArrayDeque<>();
    Set<X509Certificate> signers = new HashSet<>();
    for (Instant at = START; at.isBefore(START.plus(SPAN)); at = at.plus(STEP)) {
      Instant moment = at;
      now = now.at(moment, certificates::authority);
      Authority issuer = now.issuer(moment).orElseThrow();
      signers.add(issuer.certificate());
      shown.add(new Shown(moment, now));
      shown.removeIf(each -> each.at().plus(STALE).isBefore(moment));
      living.add(certificates.peer(issuer, new PeerName(Role.NODE, "a"), key, moment));
      living.removeIf(each -> !each.getNotAfter().toInstant().isAfter(moment));
      for (X509Certificate certificate : List.of(living.getFirst(), living.getLast())) {
        requireTrusted(certificate, shown.getFirst().authorities(), moment);
        requireTrusted(certificate, now, moment);
      }
    }
    assertThat(signers).hasSizeGreaterThan(5);
  }

  @Test
  void onlyOneHasItsKeyOnceTheSuccessorSigns() {
    Authorities first = Authorities.NONE.at(START, certificates::authority);
    Instant succession = START.plus(Authorities.LIFE).minus(Authorities.SUCCESSION).plusSeconds(1);
    Authorities both = first.at(succession, certificates::authority);
    Authorities after = both.at(succession.plus(Authorities.NOTICE), certificates::authority);

    assertThat(both.all()).hasSize(2).allMatch(each -> each.key().isPresent());
    assertThat(both.issuer(succession)).hasValue(first.all().getFirst());
    assertThat(after.all().getFirst().key()).isEmpty();
    assertThat(after.issuer(succession.plus(Authorities.NOTICE))).hasValue(both.all().getLast());
  }

  @Test
  void aClusterThatWasOffForYearsBeginsAnew() {
    Authorities first = Authorities.NONE.at(START, certificates::authority);
    Instant late = START.plus(Authorities.LIFE.multipliedBy(3));

    Authorities anew = first.at(late, certificates::authority);

    assertThat(anew.all()).hasSize(1).doesNotContainAnyElementsOf(first.all());
    assertThat(anew.issuer(late)).isPresent();
  }

  @Test
  void theyAreReadAsTheyWereWritten() throws Exception {
    Instant succession = START.plus(Authorities.LIFE).minus(Authorities.SUCCESSION).plusSeconds(1);
    Authorities both =
        Authorities.NONE
            .at(START, certificates::authority)
            .at(succession, certificates::authority)
            .at(succession.plus(Authorities.NOTICE), certificates::authority);

    assertThat(AuthorityPem.parse(AuthorityPem.secret(both))).isEqualTo(both);
    assertThat(AuthorityPem.certificates(both)).doesNotContain("PRIVATE");
    assertThat(both.toString()).doesNotContain("PrivateKey");
  }

  private record Shown(Instant at, Authorities authorities) {}

  private static void requireTrusted(
      X509Certificate certificate, Authorities authorities, Instant now)
      throws GeneralSecurityException {
    Set<TrustAnchor> anchors =
        authorities.all().stream()
            .map(each -> new TrustAnchor(each.certificate(), null))
            .collect(Collectors.toSet());
    var parameters = new PKIXParameters(anchors);
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate));
    assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters)).isNotNull();
  }

  private static PublicKey key() {
    try {
      return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
