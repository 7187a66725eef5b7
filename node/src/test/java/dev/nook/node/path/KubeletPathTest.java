package dev.nook.node.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.node.path.KubeletPath.Kind;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KubeletPathTest {
  private static final VolumeId ID = new VolumeId("a-volume");

  private Path folder;

  @BeforeEach
  void realFolder(@TempDir Path temporary) throws IOException {
    folder = temporary.toRealPath();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "a", "a/b", "./a", "../a", "/a/../b", "/a/./b", "/a/..", "/.", "/a\0b"})
  void aTextThatIsNoPathOfAMountIsRefused(String text) {
    assertThatThrownBy(() -> KubeletPath.of("target_path", text))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageStartingWith("target_path ");
  }

  @Test
  void aPathThatTheKernelWouldNotTakeIsRefused() {
    assertThatThrownBy(() -> KubeletPath.of("target_path", "/" + "a".repeat(256)))
        .isInstanceOf(StorageException.InvalidArgument.class);
    assertThatThrownBy(() -> KubeletPath.of("target_path", "/abc".repeat(1024)))
        .isInstanceOf(StorageException.InvalidArgument.class);
  }

  @Test
  void theLongestPathThatTheKernelTakesIsTaken() throws Exception {
    String longest = "/abc".repeat(1023) + "/ab";

    assertThat(longest).hasSize(4095);
    assertThat(KubeletPath.of("target_path", longest)).hasToString(longest);
  }

  @Test
  void doubledAndTrailingSlashesMeanNothing() throws Exception {
    assertThat(KubeletPath.of("target_path", "//a//b/")).hasToString("/a/b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "some/path", "..", "/", "/a/../b"})
  void oddTextLeadsNowhere(String text) throws IOException {
    assertThat(KubeletPath.find(Path.of(text))).isEmpty();
  }

  @Test
  void theRealNameFollowsLinksOfTheParentAlone() throws IOException {
    Files.createDirectory(folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
    Files.createSymbolicLink(folder.resolve("real/last"), folder);

    assertThat(at("link/last").real()).isEqualTo(at("real/last"));
  }

  @Test
  void aLinkInTheLastComponentIsFoundAnywhere() throws IOException {
    Files.createSymbolicLink(folder.resolve("link"), folder);

    assertThat(at("link").linkBelow(Path.of("/elsewhere"))).contains(folder.resolve("link"));
  }

  @Test
  void aLinkAmongTheParentsIsFoundBelowTheDirectoryAlone() throws IOException {
    Files.createDirectories(folder.resolve("real/a"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));

    assertThat(at("link/a/b").linkBelow(folder)).contains(folder.resolve("link"));
    assertThat(at("link/a/b").linkBelow(folder.resolve("real"))).isEmpty();
    assertThat(at("link/a/b").linkBelow(Path.of("/elsewhere"))).isEmpty();
  }

  @Test
  void makesADirectoryThatOnlyRootWrites() throws Exception {
    boolean made = at("target").make(ID, Kind.DIRECTORY);

    assertThat(made).isTrue();
    assertThat(folder.resolve("target")).isDirectory();
    assertThat(mode("target")).isEqualTo("rwxr-x---");
  }

  @Test
  void makesAFileThatOnlyRootWrites() throws Exception {
    boolean made = at("target").make(ID, Kind.FILE);

    assertThat(made).isTrue();
    assertThat(folder.resolve("target")).isRegularFile().isEmptyFile();
    assertThat(mode("target")).isEqualTo("rw-r-----");
  }

  @Test
  void whatIsThereAlreadyIsNotMadeAgain() throws Exception {
    Files.createDirectory(folder.resolve("directory"));
    Files.createFile(folder.resolve("file"));

    assertThat(at("directory").make(ID, Kind.DIRECTORY)).isFalse();
    assertThat(at("file").make(ID, Kind.FILE)).isFalse();
  }

  @Test
  void nothingIsMadeWhereTheParentIsMissing() {
    assertThatThrownBy(() -> at("missing/target").make(ID, Kind.DIRECTORY))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("missing does not exist");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aMountHidesNoFiles() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    Files.writeString(folder.resolve("directory/precious"), "x");
    Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> at("directory").make(ID, Kind.DIRECTORY))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("precious");
    assertThatThrownBy(() -> at("file").make(ID, Kind.FILE))
        .isInstanceOf(StorageException.NotReady.class);
  }

  @Test
  void anEntryOfAnotherKindIsRefused() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    Files.createFile(folder.resolve("file"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("directory"));

    assertThatThrownBy(() -> at("directory").make(ID, Kind.FILE))
        .isInstanceOf(StorageException.NotReady.class);
    assertThatThrownBy(() -> at("file").make(ID, Kind.DIRECTORY))
        .isInstanceOf(StorageException.NotReady.class);
    assertThatThrownBy(() -> at("link").make(ID, Kind.DIRECTORY))
        .isInstanceOf(StorageException.NotReady.class);
  }

  @Test
  void removesAnEmptyDirectoryAndAnEmptyFile() throws Exception {
    Files.createDirectory(folder.resolve("directory"));
    Files.createFile(folder.resolve("file"));

    at("directory").remove(ID);
    at("file").remove(ID);
    at("absent").remove(ID);

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void removesNothingThatHoldsSomething() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    Files.writeString(folder.resolve("directory/precious"), "x");
    Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> at("directory").remove(ID))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("precious");
    assertThatThrownBy(() -> at("file").remove(ID)).isInstanceOf(StorageException.NotReady.class);
    assertThat(folder.resolve("directory/precious")).hasContent("x");
    assertThat(folder.resolve("file")).hasContent("x");
  }

  @Test
  void removesNoLink() throws IOException {
    Files.createDirectory(folder.resolve("directory"));
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("directory"));

    assertThatThrownBy(() -> at("link").remove(ID)).isInstanceOf(StorageException.NotReady.class);
    assertThat(Files.exists(folder.resolve("link"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(folder.resolve("directory")).isDirectory();
  }

  private KubeletPath at(String name) {
    return new KubeletPath(folder.resolve(name));
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }
}
