package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How pods get at a volume: alone, together, read-only, as a device, as another user.
class AccessIT {
  private static final String DATA = "volumeMounts: [{name: data, mountPath: /data}]";

  private static final String VOLUME =
      "volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]";

  private static final String READ_ONLY =
      "volumes: [{name: data, persistentVolumeClaim: {claimName: data, readOnly: true}}]";

  private static final String WITH_A_GROUP =
      "securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 2000}\n" + VOLUME;

  private static final String SUBPATHS =
      """
      volumeMounts:
      - {name: data, mountPath: /one, subPath: one}
      - {name: data, mountPath: /two, subPath: deep/two}
      - {name: data, mountPath: /all}
      """;

  private static final String BLOCK = "volumeMode: Block\naccessModes: [ReadWriteOnce]";

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void twoPodsOfOneNodeShareAReadWriteOnceVolume() {
    namespace.claim("data", "nook", "64Mi");
    Pod first = namespace.pod("first", "data");
    Pod second = namespace.pod("second", "data");

    String _ = first.awaitReady().run("echo from the first > /data/note");

    assertThat(second.awaitReady().run("cat /data/note")).isEqualTo("from the first");
    first.delete();
    assertThat(second.run("echo more >> /data/note; wc -l < /data/note")).isEqualTo("2");
  }

  @Test
  void aReadWriteOncePodVolumeIsRefusedToASecondPod() {
    namespace.claim("data", "nook", "64Mi", "accessModes: [ReadWriteOncePod]");
    Pod first = namespace.pod("first", "data").awaitReady();

    Pod second = namespace.pod("second", "data");

    assertThat(second.awaitDescription("ReadWriteOncePod")).contains("FailedScheduling");
    first.delete();
    assertThat(second.awaitReady().run("touch /data/mine && echo done")).isEqualTo("done");
  }

  @Test
  void aReadOnlyManyVolumeIsReadByManyAndWrittenByNone() {
    Claim source = namespace.claim("source", "nook", "64Mi");
    Pod writer = namespace.pod("writer", "source").awaitReady();
    String _ = writer.run("echo published > /source/page; sync");
    namespace.claim(
        "data",
        "nook",
        "64Mi",
        "accessModes: [ReadOnlyMany]\ndataSource: {kind: PersistentVolumeClaim, name: source}");

    String where = Pod.at(writer.node()) + VOLUME;
    Pod first = namespace.podOf("first", Pod.yamlOf("first", where, DATA));
    Pod second = namespace.podOf("second", Pod.yamlOf("second", where, DATA));

    assertThat(first.awaitReady().run("cat /data/page")).isEqualTo("published");
    assertThat(second.awaitReady().run("cat /data/page")).isEqualTo("published");
    assertThat(first.refused("echo mine > /data/page")).contains("Read-only file system");
    assertThat(source.phase()).isEqualTo("Bound");
  }

  @Test
  void aPodThatAsksForReadOnlyCannotWriteWhileAnotherDoes() {
    namespace.claim("data", "nook", "64Mi");
    Pod writer = namespace.pod("writer", "data").awaitReady();
    String _ = writer.run("echo one > /data/note");

    Pod reader = namespace.podOf("reader", Pod.yamlOf("reader", READ_ONLY, DATA)).awaitReady();

    assertThat(reader.run("cat /data/note")).isEqualTo("one");
    assertThat(reader.refused("echo two > /data/note")).contains("Read-only file system");
    assertThat(writer.run("echo two > /data/note; cat /data/note")).isEqualTo("two");
  }

  @Test
  void aBlockVolumeIsADeviceOfItsSizeAndKeepsWhatIsWritten() {
    namespace.claim("disk", "nook-block", "64Mi", BLOCK);
    Pod pod = blockPod("first", false).awaitReady();

    assertThat(pod.run("blockdev --getsize64 /dev/disk")).isEqualTo("67108864");
    String _ = pod.run("echo raw bytes | dd of=/dev/disk bs=512 conv=sync,fsync 2>/dev/null");
    pod.delete();

    Pod next = blockPod("next", false).awaitReady();
    assertThat(next.run("dd if=/dev/disk bs=512 count=1 2>/dev/null | head -n 1"))
        .isEqualTo("raw bytes");
  }

  @Test
  void aReadOnlyBlockVolumeCannotBeWritten() {
    namespace.claim("disk", "nook-block", "64Mi", BLOCK);
    Pod writer = blockPod("writer", false).awaitReady();
    String _ = writer.run("echo original | dd of=/dev/disk bs=512 conv=sync,fsync 2>/dev/null");

    Pod reader = blockPod("reader", true).awaitReady();

    assertThat(reader.run("dd if=/dev/disk bs=512 count=1 2>/dev/null | head -n 1"))
        .isEqualTo("original");
    assertThat(reader.refused("echo forged | dd of=/dev/disk bs=512 conv=sync,fsync")).isNotEmpty();
    reader.delete();
    assertThat(writer.run("dd if=/dev/disk bs=512 count=1 2>/dev/null | head -n 1"))
        .isEqualTo("original");
  }

  @Test
  void aVolumeBelongsToTheGroupThatThePodAsksFor() {
    namespace.claim("data", "nook", "64Mi");

    Pod pod = namespace.podOf("member", Pod.yamlOf("member", WITH_A_GROUP, DATA)).awaitReady();

    assertThat(pod.run("stat -c %g /data")).isEqualTo("2000");
    assertThat(pod.run("touch /data/mine && stat -c %u:%g /data/mine")).isEqualTo("1000:2000");
  }

  @Test
  void subPathsAreFoldersOfOneVolume() {
    namespace.claim("data", "nook", "64Mi");

    Pod pod = namespace.podOf("tenants", Pod.yamlOf("tenants", VOLUME, SUBPATHS)).awaitReady();

    String _ = pod.run("echo 1 > /one/note; echo 2 > /two/note");
    assertThat(pod.run("cat /all/one/note /all/deep/two/note")).isEqualTo("1\n2");
  }

  @Test
  void aDirectoryVolumeIsHeldToItsSize() {
    namespace.claim("data", "nook-directory", "32Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();

    assertThat(pod.refused("dd if=/dev/zero of=/data/big bs=1M count=64 conv=fsync"))
        .contains("quota");
  }

  @Test
  void aThickVolumeTakesItsBlocksAtOnce() {
    Claim claim = namespace.claim("data", "nook-thick", "64Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();

    String blocks = pod.node().run("stat", "-c", "%b", claim.image());
    assertThat(Long.parseLong(blocks) * 512).isGreaterThanOrEqualTo(64L << 20);
  }

  private Pod blockPod(String name, boolean readOnly) {
    String volume =
        "volumes: [{name: disk, persistentVolumeClaim: {claimName: disk, readOnly: %s}}]"
            .formatted(readOnly);
    String device = "volumeDevices: [{name: disk, devicePath: /dev/disk}]";
    return namespace.podOf(name, Pod.yamlOf(name, volume, device));
  }
}
