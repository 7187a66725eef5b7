package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.node.path.KubeletPath;
import dev.nook.node.path.PathOwner;
import dev.nook.store.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KubeletDirectoryTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  private Path host;
  private Path root;
  private KubeletDirectory kubelet;

  @BeforeEach
  void aHost(@TempDir Path temporary) throws IOException {
    host = temporary.toRealPath();
    root = Files.createDirectories(host.resolve("var/kubelet"));
    Path pool = Files.createDirectories(host.resolve("var/pool"));
    Path other = Files.createDirectories(host.resolve("above/pool"));
    kubelet = new KubeletDirectory(root, "csi.nook.dev", List.of(pool, other), new KernelDisk());
  }

  @Test
  void aLinkBelowTheKubeletDirectoryIsRefused() throws IOException {
    Files.createDirectories(host.resolve("elsewhere/volumes"));
    Files.createSymbolicLink(root.resolve("pods"), host.resolve("elsewhere"));

    assertRefused(root.resolve("pods/volumes/mount"), "the symbolic link " + root.resolve("pods"));
  }

  @Test
  void aLinkAboveTheKubeletDirectoryIsFollowed() throws Exception {
    Files.createSymbolicLink(host.resolve("link"), host.resolve("var"));
    var linked =
        new KubeletDirectory(
            host.resolve("link/kubelet"), "csi.nook.dev", List.of(), new KernelDisk());

    KubeletPath real = linked.admit("target_path", path(host.resolve("link/kubelet/mount")));

    assertThat(real).isEqualTo(path(root.resolve("mount")));
  }

  @Test
  void theKubeletDirectoryUnderItsOtherNameIsJustAsStrict() throws IOException {
    Files.createSymbolicLink(host.resolve("link"), host.resolve("var"));
    Files.createDirectories(host.resolve("elsewhere"));
    Files.createSymbolicLink(root.resolve("pods"), host.resolve("elsewhere"));
    var linked =
        new KubeletDirectory(
            host.resolve("link/kubelet"), "csi.nook.dev", List.of(), new KernelDisk());

    assertThatThrownBy(() -> linked.admit("target_path", path(root.resolve("pods/mount"))))
        .isInstanceOf(StorageException.InvalidArgument.class);
  }

  @Test
  void aPathThatIsALinkIsRefusedAnywhere() throws IOException {
    Files.createSymbolicLink(host.resolve("target"), host.resolve("var"));

    assertRefused(host.resolve("target"), "the symbolic link " + host.resolve("target"));
  }

  @Test
  void aPathInsideOrAboveAPoolIsRefused() throws IOException {
    Files.createSymbolicLink(host.resolve("link"), host.resolve("var/pool"));

    assertRefused(host.resolve("var/pool"), "pool");
    assertRefused(host.resolve("var/pool/volumes/x"), "pool");
    assertRefused(host.resolve("link/x"), "pool");
    assertRefused(host.resolve("above"), "above the pool");
  }

  @Test
  void thePathOfTheKubeletDirectoryIsRefused() {
    assertRefused(root, "holds the kubelet directory");
    assertRefused(host.resolve("var"), "holds the kubelet directory");
  }

  @Test
  void aNeighbourOfAPoolIsAdmitted() throws Exception {
    Path target = host.resolve("var/pool-target");

    assertThat(kubelet.admit("target_path", path(target))).isEqualTo(path(target));
  }

  @Test
  void aPathWhoseParentIsMissingIsAdmittedAsItIs() throws Exception {
    Path target = root.resolve("pods/gone/mount");

    assertThat(kubelet.admit("target_path", path(target))).isEqualTo(path(target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pods/uid/volumes/kubernetes.io~csi/pv/mount",
        "plugins/kubernetes.io/csi/volumeDevices/staging/pv",
        "plugins/kubernetes.io/csi/volumeDevices/publish/pv/uid"
      })
  void kubeletsRecordGivesAPathToItsDriver(String path) throws IOException {
    assertThat(ownerOf(path)).isInstanceOf(PathOwner.Unnamed.class);

    record("{\"driverName\":\"csi.nook.dev\"}");
    assertThat(given(path)).isTrue();
    record("{\"driverName\":\"ebs.csi.aws.com\",\"volumeHandle\":\"csi.nook.dev\"}");
    assertThat(ownerOf(path)).isEqualTo(new PathOwner.Driver("ebs.csi.aws.com"));
  }

  @Test
  void theStagingPathOfFilesNamesItsDriver() throws IOException {
    assertThat(given("plugins/kubernetes.io/csi/csi.nook.dev/HASH/globalmount")).isTrue();
    assertThat(ownerOf("plugins/kubernetes.io/csi/other.driver/HASH/globalmount"))
        .isEqualTo(new PathOwner.Driver("other.driver"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"driverName\":7}",
        "{\"driverName\":\"\"}",
        "{\"driverName\":\"csi.nook.dev\"",
        "{\"driverName\":\"csi.nook.dev\"} and more",
        "{\"driverName\":\"csi.nook.dev\\u0000\"}",
        "{\"x\":{\"driverName\":\"csi.nook.dev\"}}",
        "[{\"driverName\":\"csi.nook.dev\"}]"
      })
  void anOddRecordNamesNobody(String record) throws IOException {
    record(record);

    assertThat(ownerOf("pods/uid/volumes/kubernetes.io~csi/pv/mount"))
        .isInstanceOf(PathOwner.Unnamed.class);
  }

  @Test
  void aRecordThatIsTooLargeOrNoPlainFileNamesNobody() throws Exception {
    String named = "{\"driverName\":\"csi.nook.dev\"}";
    Path folder = root.resolve("pods/uid/volumes/kubernetes.io~csi/pv");
    record(named + " ".repeat(64 << 10));
    assertThat(ownerOf("pods/uid/volumes/kubernetes.io~csi/pv/mount"))
        .isInstanceOf(PathOwner.Unnamed.class);

    Path elsewhere = Files.writeString(host.resolve("elsewhere"), named);
    Files.delete(folder.resolve("vol_data.json"));
    Files.createSymbolicLink(folder.resolve("vol_data.json"), elsewhere);
    assertThat(ownerOf("pods/uid/volumes/kubernetes.io~csi/pv/mount"))
        .isInstanceOf(PathOwner.Unnamed.class);

    Files.delete(folder.resolve("vol_data.json"));
    Processes.run(Command.of("mkfifo", folder.resolve("vol_data.json").toString()));
    assertThat(ownerOf("pods/uid/volumes/kubernetes.io~csi/pv/mount"))
        .isInstanceOf(PathOwner.Unnamed.class);
  }

  @Test
  void deepNestingNamesNobody() throws IOException {
    record("[".repeat(60_000));

    assertThat(ownerOf("pods/uid/volumes/kubernetes.io~csi/pv/mount"))
        .isInstanceOf(PathOwner.Unnamed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pods",
        "pods/uid/volumes/kubernetes.io~csi/pv",
        "pods/uid/volumes/kubernetes.io~csi/pv/mount/below",
        "pods/uid/volumes/kubernetes.io~nfs/pv/mount",
        "plugins/kubernetes.io/csi/csi.nook.dev/0123/globalmount",
        "plugins/kubernetes.io/csi/volumeDevices/publish/pv",
        "below/pods/uid/volumes/kubernetes.io~csi/pv/mount"
      })
  void theConventionGivesNoOtherPath(String path) throws IOException {
    assertThat(ownerOf(path)).isEqualTo(new PathOwner.Anybody());
  }

  @Test
  void theConventionEndsAtTheKubeletDirectory() throws IOException {
    Path outside = host.resolve("pods/uid/volumes/kubernetes.io~csi/pv/mount");

    assertThat(kubelet.givesToThisDriver(path(outside))).isFalse();
  }

  private boolean given(String path) {
    return kubelet.givesToThisDriver(path(root.resolve(path.replace("HASH", HASH))));
  }

  private PathOwner ownerOf(String path) {
    return kubelet.ownerOf(path(root.resolve(path.replace("HASH", HASH))));
  }

  /// Beside the path of a pod's mount, and where that of a block volume lies.
  private void record(String text) throws IOException {
    for (String folder :
        List.of(
            "pods/uid/volumes/kubernetes.io~csi/pv",
            "plugins/kubernetes.io/csi/volumeDevices/pv/data")) {
      Path directory = Files.createDirectories(root.resolve(folder));
      Files.writeString(directory.resolve("vol_data.json"), text);
    }
  }

  private void assertRefused(Path path, String why) {
    assertThatThrownBy(() -> kubelet.admit("target_path", path(path)))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageStartingWith("target_path ")
        .hasMessageContaining(why);
  }

  private static KubeletPath path(Path path) {
    return new KubeletPath(path);
  }
}
