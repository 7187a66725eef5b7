package dev.nook.rpc.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.testing.tls.TestAuthority;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewalTest {
  private static final int DRAWS = 1000;

  private final Renewal renewal = new Renewal(new SplittableRandom(1));

  @TempDir Path folder;

  @Test
  void aNodeWithoutACertificateAsksAtOnce() {
    assertThat(renewal.due(Optional.empty(), Instant.now())).isZero();
  }

  @Test
  void aCertificateIsReplacedAfterAboutAThirdOfItsLife() throws Exception {
    X509Certificate certificate = certificate();
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());

    assertThat(IntStream.range(0, DRAWS).mapToObj(_ -> renewal.due(Optional.of(certificate), from)))
        .allMatch(wait -> wait.compareTo(life.dividedBy(4)) > 0)
        .allMatch(wait -> wait.compareTo(life.dividedBy(2)) < 0)
        .doesNotHaveDuplicates();
    assertThat(renewal.due(Optional.of(certificate), from.plus(life.dividedBy(2)))).isZero();
  }

  @Test
  void failuresAreFollowedByLongerAndLongerWaitsUpToAMinute() {
    assertThat(renewal.afterFailures(1)).isLessThan(Duration.ofSeconds(2));
    assertThat(renewal.afterFailures(4)).isBetween(Duration.ofSeconds(7), Duration.ofSeconds(9));
    assertThat(renewal.afterFailures(1_000_000))
        .isBetween(Duration.ofSeconds(54), Duration.ofSeconds(66));
  }

  private X509Certificate certificate() throws IOException, GeneralSecurityException {
    new TestAuthority().issue(folder, "nook://node/a");
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(Files.readAllBytes(folder.resolve("tls.crt"))));
  }
}
