package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Features;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateVolumeTest {
  private static final String FS_TYPE = "csi.storage.k8s.io/fstype";

  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = Node.withPool(folder);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    node.kernel.assertNothingLeft();
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        bad("name must not be empty", volume("")),
        bad("name is longer than 128 bytes", volume("x".repeat(129))),
        bad("name is longer than 128 bytes", volume("🐟".repeat(33))),
        bad("name contains a control character", volume("a\0b")),
        bad("name contains a control character", volume("a\u0085b")),
        bad("volume_capabilities must not be empty", volume("v").clearVolumeCapabilities()),
        bad(
            "volume_capabilities[1] must be block or mount",
            volume("v").addVolumeCapabilities(Node.MOUNT.toBuilder().clearMount())),
        bad(
            "volume_capabilities[1].access_mode.mode must be a known mode",
            volume("v").addVolumeCapabilities(Node.MOUNT.toBuilder().clearAccessMode())),
        bad(
            "MULTI_NODE_MULTI_WRITER is not supported",
            volume("v").addVolumeCapabilities(Node.mount(Mode.MULTI_NODE_MULTI_WRITER, ""))),
        bad(
            "volume_capabilities[1].mount.fs_type must be ext4 or xfs",
            volume("v").addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "ntfs"))),
        bad(
            "volume_capabilities[1]: mount flag \"suid\" is not allowed on ext4",
            volume("v").addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "", "suid"))),
        bad("ask for block and for mount at once", volume("v").addVolumeCapabilities(Node.BLOCK)),
        bad("is not a parameter", volume("v").putParameters("fsType", "ext4")),
        bad("parameters has more than", volume("v").putParameters("pool", "x".repeat(5000))),
        bad("must be loop or directory", volume("v").putParameters("backend", "lvm")),
        bad(
            "directory has no block volumes",
            volume("v")
                .clearVolumeCapabilities()
                .addVolumeCapabilities(Node.BLOCK)
                .putParameters("backend", "directory")),
        bad("mutable_parameters is not supported", volume("v").putMutableParams("iops", "1")),
        bad("capacity_range.required_bytes must not be negative", sized(-1, 0)),
        bad("capacity_range.limit_bytes is below required_bytes", sized(2, 1)),
        bad(
            "volume_content_source must name a snapshot or a volume",
            volume("v").setVolumeContentSource(Csi.VolumeContentSource.getDefaultInstance())),
        bad(
            "volume_content_source.volume.volume_id must not be empty",
            volume("v").setVolumeContentSource(Node.fromVolume(""))),
        bad(
            "volume_content_source.snapshot.snapshot_id is longer than 128 bytes",
            volume("v").setVolumeContentSource(Node.fromSnapshot("x".repeat(129)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void malformed(String message, CreateVolumeRequest request) throws IOException {
    Map<Path, FileTime> before = written();

    Refused.asInvalid(message, () -> node.calls.createVolume(request));

    assertThat(written()).isEqualTo(before);
    assertThat(node.calls.listVolumes(Csi.ListVolumesRequest.getDefaultInstance()).getEntriesList())
        .isEmpty();
  }

  /// Returns when each file and directory of the node was last changed.
  private Map<Path, FileTime> written() throws IOException {
    Map<Path, FileTime> times = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        times.put(path, Files.getLastModifiedTime(path));
      }
    }
    return times;
  }

  @Test
  void aMissingNameIsSaidBeforeAnythingElse() {
    Refused.asInvalid(
        "name must not be empty",
        () -> node.calls.createVolume(CreateVolumeRequest.getDefaultInstance()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "/etc/passwd", "../../x", "line\nfeed", "🐟", "-rf", "$(x)"})
  void aNameIsDataAndNeverAPath(String name) {
    Csi.Volume made = node.make(volume(name));

    assertThat(made.getVolumeId()).matches("[a-z2-7]{8}-v-[a-z2-7]{26}");
    assertThat(node.make(volume(name))).isEqualTo(made);
  }

  @Test
  void aNameOfFullLengthIsTaken() {
    assertThat(node.make(volume("x".repeat(128))).getVolumeId()).isNotEmpty();
  }

  @Test
  void theReplySaysSizePlaceAndNothingElse() {
    Csi.Volume made = node.make(sized(GIB + 1, 0));

    assertThat(made.getCapacityBytes()).isEqualTo(GIB + 4096);
    assertThat(made.getAccessibleTopologyList()).containsExactly(Node.place("node-1"));
    assertThat(made.getVolumeContextMap()).isEmpty();
    assertThat(made.hasContentSource()).isFalse();
  }

  @Test
  void theSameNameWithOtherArgumentsExistsAlready() {
    node.make(volume("v"));
    var exists = Status.Code.ALREADY_EXISTS;

    Refused.with(exists, "bytes", () -> node.make(sized(2 * GIB, 0)));
    Refused.with(
        exists,
        "it is thin ext4, but thin xfs was requested",
        () -> node.make(volume("v").putParameters(FS_TYPE, "xfs")));
    Refused.with(
        exists,
        "but thin raw block was requested",
        () -> node.make(volume("v").setVolumeCapabilities(0, Node.BLOCK)));
    Refused.with(
        exists,
        "but thick ext4 was requested",
        () -> node.make(volume("v").putParameters("provisioning", "thick")));
  }

  @Test
  void theSameNameWithACompatibleRangeIsTheSameVolume() {
    Csi.Volume made = node.make(volume("v"));

    assertThat(node.make(sized(GIB / 2, 2 * GIB))).isEqualTo(made);
    assertThat(node.make(volume("v").clearCapacityRange())).isEqualTo(made);
  }

  @Test
  void aSizeThatNoWholeBlocksMeetIsOutOfRange() {
    Refused.with(
        Status.Code.OUT_OF_RANGE, "past the limit", () -> node.make(sized(GIB + 1, GIB + 2)));
    Refused.with(Status.Code.OUT_OF_RANGE, "past the limit", () -> node.make(sized(1, 4096)));
    Refused.with(
        Status.Code.OUT_OF_RANGE,
        "no volume can have more than",
        () -> node.make(sized(Long.MAX_VALUE, 0)));
  }

  @Test
  void moreThanThePoolHasIsExhausted() {
    Refused.with(Status.Code.RESOURCE_EXHAUSTED, "are free", () -> node.make(sized(200 * GIB, 0)));
  }

  @Test
  void aVolumeForAnotherNodeIsExhausted() {
    var elsewhere =
        volume("v")
            .setAccessibilityRequirements(
                Csi.TopologyRequirement.newBuilder().addRequisite(Node.place("node-2")));

    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "other nodes than this one, node-1",
        () -> node.make(elsewhere));
    assertThat(
            node.make(
                    volume("v")
                        .setAccessibilityRequirements(
                            Csi.TopologyRequirement.newBuilder()
                                .addRequisite(Node.place("node-2"))
                                .addPreferred(Node.place("node-1"))))
                .getVolumeId())
        .isNotEmpty();
  }

  @Test
  void aPoolThatThisNodeLacksIsExhausted() {
    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "no pool \"fast\"",
        () -> node.make(volume("v").putParameters("pool", "fast")));
  }

  @Test
  void whatKubernetesAddsToTheParametersIsTolerated() {
    assertThat(
            node.make(
                    volume("v")
                        .putParameters("csi.storage.k8s.io/pvc/name", "data")
                        .putSecrets("key", "value"))
                .getVolumeId())
        .isNotEmpty();
  }

  @Test
  void aDirectoryWithoutEnforcedSizeMustBeAskedFor() throws Exception {
    var directory = volume("v").putParameters("backend", "directory");

    assertThat(node.make(directory.clone().putParameters("quota", "none")).getVolumeId())
        .isNotEmpty();
    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "quota",
        () -> node.make(directory.clone().setName("enforced")));
  }

  @Test
  void sixtyFourEqualCallsMakeOneVolume() throws InterruptedException, ExecutionException {
    Callable<String> create = () -> node.make(volume("v")).getVolumeId();
    Set<String> ids = new HashSet<>();
    try (var threads = Executors.newFixedThreadPool(64)) {
      for (var id : threads.invokeAll(Stream.generate(() -> create).limit(64).toList())) {
        ids.add(id.get());
      }
    }

    assertThat(ids).hasSize(1);
  }

  @Test
  void aNameHasOneVolumeInAllPools() throws Exception {
    try (Node two =
        new Node(
            folder.resolve("two"),
            FileSystemType.XFS,
            new Features(false, false),
            "default",
            "fast")) {
      two.make(volume("v"));

      Refused.with(
          Status.Code.ALREADY_EXISTS,
          "lives in pool default, not fast",
          () -> two.make(volume("v").putParameters("pool", "fast")));
    }
  }

  private static CreateVolumeRequest.Builder sized(long required, long limit) {
    return volume("v")
        .setCapacityRange(
            Csi.CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit));
  }

  private static Arguments bad(String message, CreateVolumeRequest.Builder request) {
    return Arguments.of(message, request.build());
  }
}
