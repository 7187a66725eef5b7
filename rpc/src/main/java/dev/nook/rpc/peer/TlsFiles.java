package dev.nook.rpc.peer;

import java.nio.file.Path;

/// Where a certificate lies, its private key, and the authorities that are trusted, each in PEM.
///
/// @param certificate the certificate, and after it those that lead to an authority
/// @param key in PKCS #8, not encrypted
/// @param authorities any of which may have signed the other side's certificate
public record TlsFiles(Path certificate, Path key, Path authorities) {}
