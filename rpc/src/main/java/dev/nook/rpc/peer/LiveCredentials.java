package dev.nook.rpc.peer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate, key and authorities in use. The files are looked at again at most ten seconds
/// after they change, when a connection or a call asks; what cannot be read, or does not fit
/// together while it is being replaced, leaves in use what was read before. Until there is anything
/// to read, every handshake fails and nothing else does.
public final class LiveCredentials {
  private static final Logger LOG = LoggerFactory.getLogger(LiveCredentials.class);
  private static final Duration FRESH = Duration.ofSeconds(10);

  private final TlsFiles files;
  private final Role role;
  private final Optional<String> name;
  private final LongSupplier clock;

  @GuardedBy("this")
  private Optional<Credentials> known = Optional.empty();

  @GuardedBy("this")
  private Optional<List<Object>> seen = Optional.empty();

  @GuardedBy("this")
  private String problem = "";

  @GuardedBy("this")
  private long lookedAt;

  private LiveCredentials(TlsFiles files, Role role, Optional<String> name, LongSupplier clock) {
    this.files = files;
    this.role = role;
    this.name = name;
    this.clock = clock;
    lookedAt = clock.getAsLong() - FRESH.toNanos();
  }

  /// The credentials of a node, whose certificate must bear its name.
  public static LiveCredentials ofNode(TlsFiles files, String node) {
    return ofNode(files, node, System::nanoTime);
  }

  static LiveCredentials ofNode(TlsFiles files, String node, LongSupplier clock) {
    return new LiveCredentials(files, Role.NODE, Optional.of(node), clock);
  }

  /// The credentials of a controller, which may have any name.
  public static LiveCredentials ofController(TlsFiles files) {
    return new LiveCredentials(files, Role.CONTROLLER, Optional.empty(), System::nanoTime);
  }

  /// Returns until when the certificate in use is valid; empty while there is none.
  public Optional<Instant> end() {
    return certificate().map(known -> known.getNotAfter().toInstant());
  }

  /// Returns the certificate in use; empty while there is none.
  public Optional<X509Certificate> certificate() {
    return current().map(Credentials::certificate);
  }

  /// Looks at the files now, whenever they were last looked at.
  public synchronized void refresh() {
    lookedAt = clock.getAsLong();
    look();
  }

  /// Throws CertificateException unless a peer's certificate is valid now and signed by an
  /// authority that is trusted now, to be used by a client or by a server.
  PeerName verified(X509Certificate[] chain, boolean client) throws CertificateException {
    Credentials now =
        current().orElseThrow(() -> new CertificateException("no authority is known yet"));
    return Credentials.verified(now.trust(), chain, client);
  }

  synchronized Optional<Credentials> current() {
    if (clock.getAsLong() - lookedAt >= FRESH.toNanos()) {
      lookedAt = clock.getAsLong();
      look();
    }
    return known;
  }

  @GuardedBy("this")
  private void look() {
    try {
      List<Object> now = new ArrayList<>();
      for (Path file : List.of(files.certificate(), files.key(), files.authorities())) {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        now.addAll(List.of(attributes.fileKey(), attributes.lastModifiedTime(), attributes.size()));
      }
      if (!seen.equals(Optional.of(now))) {
        known = Optional.of(mine(Credentials.read(files)));
        seen = Optional.of(now);
        LOG.info("the certificate in {} is in use until {}", files.certificate(), end(known));
      }
      problem = "";
    } catch (IOException e) {
      String complaint = e.toString();
      if (!complaint.equals(problem)) {
        LOG.warn("no certificate was taken over: {}", complaint);
      }
      problem = complaint;
    }
  }

  private static Object end(Optional<Credentials> known) {
    return known.orElseThrow().certificate().getNotAfter().toInstant();
  }

  private Credentials mine(Credentials read) throws IOException {
    if (read.name().role() != role
        || name.filter(own -> !own.equals(read.name().name())).isPresent()) {
      throw new IOException(
          "%s is for %s, and not for %s %s"
              .formatted(files.certificate(), read.name(), role.word(), name.orElse(""))
              .strip());
    }
    return read;
  }
}
