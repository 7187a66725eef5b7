package dev.nook.rpc.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Where a certificate lies, its private key, and the authorities that are trusted, each in PEM.
///
/// They are put there by whoever installs the driver, or by the driver itself in a folder that is
/// its own: then nothing is synced, for what a crash takes is made anew.
///
/// @param certificate the certificate, and after it those that lead to an authority
/// @param key in PKCS #8, not encrypted
/// @param authorities any of which may have signed the other side's certificate
public record TlsFiles(Path certificate, Path key, Path authorities) {
  private static final String ONLY_OWNER = "rw-------";

  /// Puts a key and its certificate in place of what is there, each file at once. Between the two
  /// they do not fit together, and readers go on with what they have.
  void put(String keyPem, String certificatePem) throws IOException {
    put(key, keyPem);
    put(certificate, certificatePem);
  }

  /// Puts the authorities in place of those that are there.
  public void putAuthorities(String pem) throws IOException {
    put(authorities, pem);
  }

  private static void put(Path file, String text) throws IOException {
    if (Files.exists(file) && Files.readString(file, StandardCharsets.US_ASCII).equals(text)) {
      return;
    }
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    boolean _ = Files.deleteIfExists(beside);
    Path _ =
        Files.createFile(
            beside,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(ONLY_OWNER)));
    Path _ =
        Files.writeString(
            beside, text, StandardCharsets.US_ASCII, StandardOpenOption.TRUNCATE_EXISTING);
    Path _ =
        Files.move(
            beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
