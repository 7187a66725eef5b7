package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots, restores and clones of claims that pods are using, and how each refusal reads.
class SnapshotsIT {
  @RegisterExtension final Namespace namespace = Namespace.on(Node.FIRST);

  @ParameterizedTest
  @ValueSource(strings = {"nook", "nook-xfs", "nook-directory"})
  void aSnapshotOfAVolumeInUseIsRestoredIntoALargerClaim(String storageClass) {
    namespace.claim("data", storageClass, "320Mi");
    Pod writer = namespace.pod("writer", "data").awaitReady();
    String _ = writer.run("echo before > /data/note; sync");

    Snapshot _ = namespace.snapshot("cut", "data").awaitReady();
    String _ = writer.run("echo after > /data/note; sync");
    namespace.claim("restored", storageClass, "640Mi", Claim.from("VolumeSnapshot", "cut"));
    Pod reader = namespace.pod("reader", "restored").awaitReady();

    assertThat(reader.run("cat /restored/note")).isEqualTo("before");
    assertThat(writer.run("cat /data/note")).isEqualTo("after");
    String _ = reader.run("dd if=/dev/zero of=/restored/big bs=1M count=400 conv=fsync");
  }

  @Test
  void aClaimInUseIsCloned() {
    namespace.claim("data", "nook-xfs", "320Mi");
    Pod writer = namespace.pod("writer", "data").awaitReady();
    String _ = writer.run("echo original > /data/note; sync");

    namespace.claim("clone", "nook-xfs", "320Mi", Claim.from("PersistentVolumeClaim", "data"));
    Pod other = namespace.pod("other", "clone").awaitReady();
    String _ = other.run("test \"$(cat /clone/note)\" = original; echo changed > /clone/note");

    assertThat(writer.run("cat /data/note")).isEqualTo("original");
    assertThat(other.run("cat /clone/note")).isEqualTo("changed");
  }

  @Test
  void aSnapshotOutlivesItsClaim() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod writer = namespace.pod("writer", "data").awaitReady();
    String _ = writer.run("echo kept > /data/note; sync");
    Snapshot _ = namespace.snapshot("cut", "data").awaitReady();
    String volume = claim.volume();

    writer.delete();
    claim.delete();
    Await.until("the volume is gone", () -> !Kubectl.exists("pv/" + volume));
    namespace.claim("restored", "nook", "64Mi", Claim.from("VolumeSnapshot", "cut"));

    Pod reader = namespace.pod("reader", "restored").awaitReady();
    assertThat(reader.run("cat /restored/note")).isEqualTo("kept");
  }

  @Test
  void aCloneOfAnotherClassIsRefusedNamingTheDifference() {
    namespace.claim("data", "nook", "320Mi");
    Pod _ = namespace.pod("writer", "data").awaitReady();

    Claim clone =
        namespace.claim("clone", "nook-xfs", "320Mi", Claim.from("PersistentVolumeClaim", "data"));
    Pod _ = namespace.pod("other", "clone");

    assertThat(clone.awaitDescription("InvalidArgument")).contains("ext4").contains("xfs");
  }

  @Test
  void aRestoreIntoASmallerClaimIsRefusedNamingBothSizes() {
    namespace.claim("data", "nook", "128Mi");
    Pod _ = namespace.pod("writer", "data").awaitReady();
    Snapshot _ = namespace.snapshot("cut", "data").awaitReady();

    Claim restored =
        namespace.claim("restored", "nook", "64Mi", Claim.from("VolumeSnapshot", "cut"));
    Pod _ = namespace.pod("reader", "restored");

    assertThat(restored.awaitDescription("requested volume size"))
        .containsPattern("requested volume size 67108864 .*134217728");
  }

  @Test
  void aSnapshotThatThePoolCannotHoldIsRefusedReadably() {
    namespace.claim("data", "nook-thick", Driver.MORE_THAN_HALF);
    Pod _ = namespace.pod("writer", "data").awaitReady();

    Snapshot snapshot = namespace.snapshot("cut", "data");

    String said =
        Await.until(
            "the snapshot says why it is refused",
            () -> snapshot.field("{.status.error.message}"),
            text -> text.contains("ResourceExhausted"));
    assertThat(said).containsPattern("free|room|available");
  }
}
