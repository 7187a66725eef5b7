package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFileTest {
  @TempDir Path directory;

  private ServerSocketChannel listening;
  private Path path;
  private SocketFile file;

  @BeforeEach
  void publish() throws IOException {
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    path = directory.resolve("x.sock");
    file = new SocketFile(path);
    file.publish(() -> listening.bind(UnixDomainSocketAddress.of(file.fresh())));
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
  }

  @Test
  void whatWasPublishedIsKnownAndRemoved() throws IOException {
    assertThat(file.isPublished()).isTrue();

    file.remove();

    assertThat(directory).isEmptyDirectory();
    assertThat(file.isPublished()).isFalse();
  }

  @Test
  void aSocketThatVanishedIsMissed() throws IOException {
    Files.delete(path);

    assertThat(file.isPublished()).isFalse();
    file.remove();
  }

  @Test
  void aFileThatTookItsPlaceIsNotRemoved() throws IOException {
    Files.delete(path);
    Files.writeString(path, "another's");

    assertThat(file.isPublished()).isFalse();
    file.remove();

    assertThat(path).hasContent("another's");
  }

  @Test
  void everySocketOfAFolderIsMadeInAPlaceOfItsOwn() {
    assertThat(SocketFile.nursery(path)).isEqualTo(SocketFile.nursery(path));
    assertThat(SocketFile.nursery(path))
        .isNotEqualTo(SocketFile.nursery(directory.resolve("y.sock")));
    assertThat(SocketFile.nursery(path).getFileName().toString())
        .startsWith(".")
        .hasSizeLessThan(6);
  }
}
