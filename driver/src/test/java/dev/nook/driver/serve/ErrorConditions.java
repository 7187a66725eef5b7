package dev.nook.driver.serve;

import static dev.nook.client.CsiClient.mounted;

import csi.v1.Csi;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.PoolConfig;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.PoolName;
import dev.nook.testing.fake.FakeKernel;
import io.grpc.Status;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Provokes each condition of docs/errors.md.
final class ErrorConditions {
  static final FakeKernel.Options XFS = FakeKernel.Options.on(FileSystemType.XFS);
  static final long TOO_MUCH = 1L << 50;
  private static final long MORE_THAN_ANY = Long.MAX_VALUE - 4096;
  private static final long MORE_THAN_AN_EXT4_FILE = 16L << 40;
  private static final FakeKernel.Options LARGE_EXT4 =
      FakeKernel.Options.on(FileSystemType.EXT4).withSpace(100L << 40, 80L << 40);
  static final PoolName OTHER_POOL = new PoolName("other");

  /// Prepares a host, and returns the calls that meet the condition there, in their order.
  interface Provocation {
    List<ThrowingCallable> on(FakeRig rig) throws Exception;
  }

  /// @param host the host on which it can be provoked
  record Condition(FakeKernel.Options host, Provocation provocation) {}

  private final Map<String, Condition> all = new LinkedHashMap<>();

  private ErrorConditions() {}

  /// Returns the conditions by their text in the document.
  static Map<String, Condition> all() {
    var conditions = new ErrorConditions();
    conditions.ofRequests();
    conditions.ofParameters();
    conditions.ofSizes();
    conditions.ofNames();
    conditions.ofPlaces();
    UseConditions.addTo(conditions);
    CopyConditions.addTo(conditions);
    RepairConditions.addTo(conditions);
    return conditions.all;
  }

  void add(String condition, Provocation provocation) {
    add(condition, XFS, provocation);
  }

  void add(String condition, FakeKernel.Options host, Provocation provocation) {
    all.put(condition, new Condition(host, provocation));
  }

  private void ofRequests() {
    add(
        "a required field is empty",
        rig -> List.of(create(rig, asked("")), () -> rig.client().delete("")));
    add(
        "a name has control characters that CSI forbids or more than 128 bytes",
        rig -> List.of(create(rig, asked("a\u0007b")), create(rig, asked("n".repeat(129)))));
    add(
        "a negative or inverted capacity range",
        rig -> List.of(create(rig, sized(-1, 0)), create(rig, sized(2 << 20, 1 << 20))));
    add(
        "an access mode that needs several nodes to write",
        rig ->
            List.of(
                create(rig, asked(in(Mode.MULTI_NODE_MULTI_WRITER))),
                create(rig, asked(in(Mode.MULTI_NODE_SINGLE_WRITER)))));
    add(
        "a mount flag outside the allow-list",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS);
          var flagged = mounted("xfs").toBuilder();
          flagged.getMountBuilder().addMountFlags("suid");
          return List.of(
              create(rig, asked(flagged.build())),
              () -> rig.client().stage(volume.id(), volume.staging(), flagged.build()));
        });
  }

  private void ofParameters() {
    add(
        "a parameter that Nook does not know",
        rig -> List.of(create(rig, asked("v").putParameters("colour", "red"))));
    add(
        "a directory that is thick or names a filesystem",
        rig ->
            List.of(
                create(
                    rig, asked(mounted("")).putAllParameters(directory("provisioning", "thick"))),
                create(rig, asked(mounted("xfs")).putParameters("backend", "directory")),
                create(
                    rig,
                    asked(mounted(""))
                        .putAllParameters(directory("csi.storage.k8s.io/fstype", "xfs")))));
    add(
        "one volume asked for as block and as files",
        rig ->
            List.of(
                create(rig, asked(mounted("xfs")).addVolumeCapabilities(Kind.BLOCK.capability()))));
  }

  private void ofSizes() {
    add(
        "the rounded size is past `limit_bytes`",
        rig -> List.of(create(rig, sized((64 << 20) + 1, (64 << 20) + 2))));
    add(
        "a volume or a copy of more than 1 EiB, which no volume can have",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          return List.of(
              create(rig, sized(MORE_THAN_ANY, 0)), create(rig, copyOf(volume, MORE_THAN_ANY)));
        });
    add(
        "an expansion to more than 1 EiB",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          return List.of(expand(volume, MORE_THAN_ANY));
        });
    add(
        "an expansion past the largest file of the pool's filesystem",
        LARGE_EXT4,
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          return List.of(expand(volume, MORE_THAN_AN_EXT4_FILE));
        });
    add(
        "an expansion that the pool cannot hold",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          return List.of(expand(volume));
        });
    add(
        "the same expansion again after NodePublishVolume was called: the pod starts with the size that"
            + " the volume has, and a lowered request takes effect when the pod starts next",
        rig -> {
          Wired volume = rig.create("v", Kind.XFS).stage().publish();
          Conformance.assertCode(Status.Code.OUT_OF_RANGE, expand(volume));
          volume.publish();
          return List.of(expand(volume));
        });
    add(
        "ext4 cannot grow while mounted on this host",
        XFS.withoutOnlineGrowthOfExt4(),
        rig -> {
          Wired volume = rig.create("v", Kind.EXT4).stage().publish();
          return List.of(volume::expand);
        });
    add(
        "growing a volume whose own filesystem has failed",
        rig -> {
          Wired volume = rig.create("v", Kind.EXT4).stage().publish();
          failing(rig, Errno.EROFS, "expand");
          return List.of(volume::expand);
        });
  }

  private void ofNames() {
    add(
        "the same name with another size, pool, shape or source",
        rig -> {
          twoPools(rig);
          Wired volume = rig.create("v", Kind.XFS);
          Wired source = rig.create("source", Kind.XFS);
          var same = asked(volume);
          var copy = asked(volume);
          copy.getVolumeContentSourceBuilder().getVolumeBuilder().setVolumeId(source.id());
          var larger = asked(volume);
          larger.getCapacityRangeBuilder().setRequiredBytes(Kind.XFS.moreBytes());
          return List.of(
              create(rig, larger),
              create(rig, asked(volume).putParameters("pool", OTHER_POOL.text())),
              create(rig, same.setVolumeCapabilities(0, Kind.BLOCK.capability())),
              create(rig, copy));
        });
  }

  private void ofPlaces() {
    add("a new volume that the pool cannot hold", rig -> List.of(create(rig, sized(TOO_MUCH, 0))));
    add(
        "a new volume larger than the largest file of the pool's filesystem",
        LARGE_EXT4,
        rig -> List.of(create(rig, sized(MORE_THAN_AN_EXT4_FILE, 0))));
    add(
        "a pool or a topology that this node lacks",
        rig -> {
          var elsewhere = asked("v");
          elsewhere
              .getAccessibilityRequirementsBuilder()
              .addRequisite(Csi.Topology.newBuilder().putSegments("zone", "elsewhere"));
          return List.of(
              create(rig, asked("v").putParameters("pool", "no-such-pool")),
              create(rig, elsewhere));
        });
    add(
        "ENOSPC and EDQUOT from the pool's filesystem",
        rig -> List.of(createWhere(rig, Errno.ENOSPC), createWhere(rig, Errno.EDQUOT)));
    add(
        "one volume or snapshot more than the pool's `volumes` or `snapshots`",
        rig -> {
          rig.pools(PoolConfig.of(PoolName.DEFAULT, rig.pool()).withLimits(new PoolLimits(1, 1)));
          rig.restart();
          Wired first = rig.create("first", Kind.XFS);
          rig.client().snapshot("one", first.id());
          return List.of(
              create(rig, asked("second")), () -> rig.client().snapshot("two", first.id()));
        });
    add(
        "one volume more than `max_volumes_per_node`",
        rig -> {
          rig.limit(new VolumeLimit.Fixed(1));
          rig.restart();
          rig.create("first", Kind.XFS).stage();
          return List.of(rig.create("second", Kind.XFS)::stage);
        });
  }

  static ThrowingCallable create(Rig rig, Csi.CreateVolumeRequest.Builder request) {
    return () -> rig.client().controller().createVolume(request.build());
  }

  /// A call that makes a small volume where nothing is wrong.
  static Csi.CreateVolumeRequest.Builder asked(String name) {
    return asked(mounted("ext4")).setName(name);
  }

  private static Csi.CreateVolumeRequest.Builder asked(Csi.VolumeCapability capability) {
    var request = Csi.CreateVolumeRequest.newBuilder().setName("asked");
    request.getCapacityRangeBuilder().setRequiredBytes(Kind.EXT4.bytes());
    return request.addVolumeCapabilities(capability);
  }

  /// The call that made this volume, which is called v.
  static Csi.CreateVolumeRequest.Builder asked(Wired volume) {
    var request = asked(volume.kind().capability()).setName("v");
    request.getCapacityRangeBuilder().setRequiredBytes(volume.kind().bytes());
    return request;
  }

  private static Map<String, String> directory(String key, String value) {
    return Map.of("backend", "directory", key, value);
  }

  private static Csi.CreateVolumeRequest.Builder sized(long required, long limit) {
    var request = asked("sized");
    request.getCapacityRangeBuilder().setRequiredBytes(required).setLimitBytes(limit);
    return request;
  }

  static Csi.VolumeCapability in(Mode mode) {
    var capability = mounted("xfs").toBuilder();
    capability.getAccessModeBuilder().setMode(mode);
    return capability.build();
  }

  private static ThrowingCallable expand(Wired volume) {
    return expand(volume, TOO_MUCH);
  }

  private static ThrowingCallable expand(Wired volume, long bytes) {
    return () ->
        volume.rig().client().expand(volume.id(), volume.target(), volume.staging(), bytes);
  }

  private static Csi.CreateVolumeRequest.Builder copyOf(Wired volume, long bytes) {
    var copy = asked(volume).setName("copy");
    copy.getCapacityRangeBuilder().setRequiredBytes(bytes);
    copy.getVolumeContentSourceBuilder().getVolumeBuilder().setVolumeId(volume.id());
    return copy;
  }

  private static ThrowingCallable createWhere(FakeRig rig, Errno full) {
    return () -> {
      failing(rig, full, "allocate", "reflink");
      create(rig, asked("v")).call();
    };
  }

  /// Makes these calls fail from now on.
  static void failing(FakeRig rig, Errno errno, String... calls) throws Exception {
    rig.give(
        Interposed.before(
            rig.linux,
            Set.of(calls),
            () -> {
              throw new SystemCallException(calls[0], "what fails", errno);
            }));
    rig.restart();
  }

  static void twoPools(FakeRig rig) throws Exception {
    Path other = Files.createDirectory(rig.folder.resolve("other"));
    rig.pools(PoolConfig.of(PoolName.DEFAULT, rig.pool()), PoolConfig.of(OTHER_POOL, other));
    rig.restart();
  }
}
