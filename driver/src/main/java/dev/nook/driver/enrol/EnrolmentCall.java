package dev.nook.driver.enrol;

import com.google.protobuf.ByteString;
import dev.nook.rpc.peer.PeerTls;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.concurrent.TimeUnit;
import nook.v1.EnrolmentGrpc;
import nook.v1.Nook.EnrolRequest;

/// Asks a controller to certify a key. The token goes only to one whose certificate an authority of
/// the cluster has signed for a controller.
final class EnrolmentCall {
  private static final int PATIENCE_SECONDS = 10;

  private final EnrolmentPoint point;
  private final Path authorities;

  /// @param authorities the file of the authorities that are trusted
  EnrolmentCall(EnrolmentPoint point, Path authorities) {
    this.point = point;
    this.authorities = authorities;
  }

  /// Returns the certificate (PEM). Throws IOException, which says what the controller answered.
  String certify(PublicKey key) throws IOException {
    EnrolRequest request =
        EnrolRequest.newBuilder()
            .setToken(Files.readString(point.token(), StandardCharsets.US_ASCII).strip())
            .setPublicKey(ByteString.copyFrom(key.getEncoded()))
            .build();
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                point.controller().getHostString(), point.controller().getPort())
            .overrideAuthority(PeerTls.ANY_CONTROLLER)
            .sslContext(PeerTls.toController(authorities))
            .disableRetry()
            .build();
    try {
      return EnrolmentGrpc.newBlockingStub(channel)
          .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .enrol(request)
          .getCertificate()
          .toStringUtf8();
    } catch (StatusRuntimeException e) {
      throw new IOException(
          "the controller at %s:%d did not certify this node: %s"
              .formatted(
                  point.controller().getHostString(),
                  point.controller().getPort(),
                  reason(e.getStatus())),
          e);
    } finally {
      ManagedChannel _ = channel.shutdownNow();
    }
  }

  /// A failure of the connection has its reason in its cause.
  private static String reason(Status status) {
    return status.getCause() == null
        ? String.valueOf(status.getDescription())
        : String.valueOf(status.getCause().getMessage());
  }
}
