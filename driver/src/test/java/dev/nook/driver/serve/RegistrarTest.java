package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.identity.PluginInfo;
import dev.nook.rpc.Endpoint;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistrarTest {
  private static final Endpoint SERVED = Endpoint.parse("unix:///var/lib/kubelet/plugins/x/c.sock");

  @TempDir Path temporary;

  private Path folder;
  private Path socket;
  private Registrar registrar;

  @BeforeEach
  void make() throws IOException {
    folder = Files.createDirectory(temporary.resolve("plugins_registry"));
    socket = folder.resolve("csi.nook.dev-reg.sock");
    registrar = registrar();
  }

  @AfterEach
  void close() throws IOException {
    registrar.close();
  }

  @Test
  void kubeletLearnsWhoTheDriverIsAndWhereItListens() throws IOException {
    registrar.keep();

    try (var kubelet = new Kubelet(socket)) {
      assertThat(kubelet.asks().getType()).isEqualTo("CSIPlugin");
      assertThat(kubelet.asks().getName()).isEqualTo("csi.nook.dev");
      assertThat(kubelet.asks().getEndpoint()).isEqualTo("/var/lib/kubelet/plugins/x/c.sock");
      assertThat(kubelet.asks().getSupportedVersionsList()).containsExactly("1.0.0");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
    assertThat(folder).isDirectoryContaining(path -> path.equals(socket));
  }

  @Test
  void theDriverIsRegisteredOnceKubeletSaysSo() {
    registrar.keep();
    assertThat(registrar.problem().orElseThrow())
        .hasToString("kubelet has not asked for the driver yet");

    try (var kubelet = new Kubelet(socket)) {
      kubelet.refuses("conflicting topology label");
      assertThat(registrar.problem().orElseThrow())
          .hasToString("kubelet refused the driver: conflicting topology label");

      kubelet.registers();
      assertThat(registrar.problem()).isEmpty();
    }
  }

  @Test
  void aSocketThatIsThereIsLeftAlone() throws IOException {
    registrar.keep();
    Object made = inode();

    registrar.keep();

    assertThat(inode()).isEqualTo(made);
  }

  @Test
  void aSocketThatVanishedIsMadeAgainAndKubeletMustComeAgain() throws IOException {
    registrar.keep();
    try (var kubelet = new Kubelet(socket)) {
      kubelet.registers();
    }
    Files.delete(socket);

    registrar.keep();

    assertThat(registrar.problem()).isPresent();
    assertRegisters();
  }

  @Test
  void aFolderThatIsMadeAnewIsUsedAgain() throws IOException {
    registrar.keep();
    Files.delete(socket);
    Files.delete(folder);

    registrar.keep();
    assertThat(registrar.problem().orElseThrow().why())
        .contains("is not a folder; kubelet makes it");
    assertThat(folder).doesNotExist();
    Files.createDirectory(folder);
    registrar.keep();

    assertRegisters();
  }

  @Test
  void aFileOfSomebodyElseIsNeitherRemovedNorReplaced() throws IOException {
    Files.writeString(socket, "precious");

    registrar.keep();
    registrar.close();

    assertThat(registrar.problem().orElseThrow().why()).contains("is not a socket");
    assertThat(socket).hasContent("precious");
  }

  @Test
  void theRegistrationOfADriverThatLivesIsNotTaken() throws IOException {
    registrar.keep();
    Registrar second = registrar();

    second.keep();

    assertThat(second.problem().orElseThrow().why()).contains("another process serves it");
    second.close();
    assertRegisters();
  }

  @Test
  void whatAKilledDriverLeftIsReplaced() throws IOException {
    try (var stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket));
    }

    registrar.keep();

    assertRegisters();
  }

  @Test
  void theSocketGoesWithTheDriverAndStaysAway() throws IOException {
    registrar.keep();

    registrar.close();
    registrar.keep();

    assertThat(folder).isEmptyDirectory();
  }

  private void assertRegisters() {
    try (var kubelet = new Kubelet(socket)) {
      kubelet.registers();
    }
    assertThat(registrar.problem()).isEmpty();
  }

  private Registrar registrar() {
    return new Registrar(
        new Endpoint(socket), new PluginInfo("csi.nook.dev", "test", Map.of()), SERVED);
  }

  private Object inode() throws IOException {
    return Files.getAttribute(socket, "unix:ino");
  }
}
