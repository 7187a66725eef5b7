package dev.nook.rpc.peer;

import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Who the holder of a certificate is. It stands in the certificate's subject alternative name as a
/// URI, `nook://node/NAME` or `nook://controller/NAME` ([RFC
/// 5280](https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.6)): a certificate that the same
/// authority has signed for anything else, a web server for example, is nobody's here.
public record PeerName(Role role, String name) {
  private static final String SCHEME = "nook";

  /// The number of a URI among the kinds of name that a certificate can bear.
  private static final int URI_NAME = 6;

  /// Reads the one name that a certificate bears; empty where it bears none or several.
  public static Optional<PeerName> of(X509Certificate certificate) {
    List<PeerName> found = new ArrayList<>();
    for (List<?> name : names(certificate)) {
      if (name.get(0).equals(URI_NAME) && name.get(1) instanceof String text) {
        parse(text).ifPresent(found::add);
      }
    }
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /// Returns the URI that stands in a certificate for it.
  public URI uri() {
    try {
      return new URI(SCHEME, role.word(), "/" + name, null);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("%s cannot stand in a certificate".formatted(name), e);
    }
  }

  private static Collection<List<?>> names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException _) {
      return List.of();
    }
  }

  private static Optional<PeerName> parse(String text) {
    try {
      URI uri = new URI(text);
      if (!SCHEME.equals(uri.getScheme()) || uri.getPath() == null || uri.getPath().length() < 2) {
        return Optional.empty();
      }
      for (Role role : Role.values()) {
        var name = new PeerName(role, uri.getPath().substring(1));
        if (name.uri().equals(uri)) {
          return Optional.of(name);
        }
      }
      return Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return "%s %s".formatted(role.word(), name);
  }
}
