package dev.nook.rpc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// The file of a Unix socket. It replaces only a socket that nobody serves any more, and only the
/// file that was published here is removed.
final class SocketFile {
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  static final String FRESH = ".s";

  /// Binds a socket at [#fresh].
  interface Listen {
    void run() throws IOException;
  }

  private final Path path;
  private Optional<Object> published = Optional.empty();

  SocketFile(Path path) {
    this.path = path;
  }

  /// Binds the socket in a private directory, so that it is visible only with its final
  /// permissions, and renames it into place.
  void publish(Listen listen) throws IOException {
    refuseWhatIsNotStale();
    Path nursery = nursery(path);
    Path fresh = fresh();
    Files.deleteIfExists(fresh);
    Files.deleteIfExists(nursery);
    Files.createDirectory(nursery, PRIVATE);
    try {
      listen.run();
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Optional<Object> made = inode(fresh);
      Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
      published = made;
    } finally {
      Files.deleteIfExists(fresh);
      Files.delete(nursery);
    }
  }

  /// Returns where the socket is made.
  Path fresh() {
    return nursery(path).resolve(FRESH);
  }

  /// Whether the file at the path is the one that was published.
  boolean isPublished() throws IOException {
    return published.isPresent() && published.equals(inode(path));
  }

  void remove() throws IOException {
    if (isPublished()) {
      Files.deleteIfExists(path);
    }
    published = Optional.empty();
  }

  /// Returns the private directory in which a socket is bound. Its name is short, because a
  /// socket's path is limited, and each socket of a folder has its own. It and its entries begin
  /// with a dot, which kubelet ignores in its plugin folder.
  static Path nursery(Path socket) {
    int own = Math.floorMod(String.valueOf(socket.getFileName()).hashCode(), 36 * 36 * 36);
    return socket.resolveSibling(".n" + Integer.toString(own, 36));
  }

  private static Optional<Object> inode(Path path) throws IOException {
    try {
      return Optional.of(attributes(path).fileKey());
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private void refuseWhatIsNotStale() throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!attributes(path).isOther()) {
      throw new FileAlreadyExistsException(path.toString(), null, "is not a socket");
    }
    try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new FileAlreadyExistsException(path.toString(), null, "another process serves it");
    } catch (ConnectException e) {
      // Nobody listens: a killed driver has left it.
    }
  }
}
