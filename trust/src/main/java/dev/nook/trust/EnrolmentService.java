package dev.nook.trust;

import com.google.protobuf.ByteString;
import dev.nook.rpc.Statuses;
import dev.nook.rpc.Unary;
import dev.nook.rpc.peer.PeerName;
import dev.nook.rpc.peer.Pem;
import dev.nook.rpc.peer.Role;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import nook.v1.EnrolmentGrpc;
import nook.v1.Nook.EnrolRequest;
import nook.v1.Nook.EnrolResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives a node its certificate. Its name comes from what the token proves; the request has no name
/// in it.
final class EnrolmentService extends EnrolmentGrpc.EnrolmentImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(EnrolmentService.class);

  private final Enrolling enrolling;
  private final AuthorityUpkeep authorities;
  private final Certificates certificates;
  private final Clock clock;

  EnrolmentService(
      Enrolling enrolling, AuthorityUpkeep authorities, Certificates certificates, Clock clock) {
    this.enrolling = enrolling;
    this.authorities = authorities;
    this.certificates = certificates;
    this.clock = clock;
  }

  @Override
  public void enrol(EnrolRequest request, StreamObserver<EnrolResponse> reply) {
    Unary.answer(reply, () -> enrolled(request));
  }

  private EnrolResponse enrolled(EnrolRequest request) {
    PublicKey key =
        PeerKey.parse(request.getPublicKey())
            .orElseThrow(() ->
                Statuses.invalid("public_key is no key on the curve P-256").asRuntimeException());
    return switch (proof(request.getToken())) {
      case Enrolling.Proof.Node node -> signed(new PeerName(Role.NODE, node.name()), key);
      case Enrolling.Proof.Refused refused -> {
        LOG.warn("a node was not enrolled: {}", refused.reason());
        throw Statuses.notPermitted(refused.reason()).asRuntimeException();
      }
    };
  }

  private Enrolling.Proof proof(String token) {
    try {
      return enrolling.prove(token);
    } catch (IOException e) {
      throw Statuses.unavailable(String.valueOf(e.getMessage())).asRuntimeException();
    }
  }

  private EnrolResponse signed(PeerName node, PublicKey key) {
    Authority authority =
        authorities
            .issuer()
            .orElseThrow(() ->
                Statuses.unavailable("this controller has not read its authority yet")
                    .asRuntimeException());
    X509Certificate certificate = certificates.peer(authority, node, key, clock.instant());
    LOG.info("enrolled {} until {}", node, certificate.getNotAfter().toInstant());
    return EnrolResponse.newBuilder()
        .setCertificate(ByteString.copyFromUtf8(Pem.write(certificate)))
        .build();
  }
}
