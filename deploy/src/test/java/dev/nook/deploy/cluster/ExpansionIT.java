package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nook.deploy.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Volumes that grow because their owner edits the claim.
class ExpansionIT {
  private static final int CAP_SYS_RESOURCE = 24;

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void anXfsVolumeGrowsWhileItsPodUsesIt() {
    Claim claim = namespace.claim("data", "nook-xfs", "320Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();
    long before = pod.mebibytes("/data");

    claim.request("640Mi");
    claim.awaitCapacity("640Mi", pod);

    assertThat(pod.mebibytes("/data")).isGreaterThan(before + 300);
    assertThat(pod.field("{.status.containerStatuses[0].restartCount}")).isEqualTo("0");
  }

  @Test
  void aDirectoryVolumeGrowsWhileItsPodUsesIt() {
    Claim claim = namespace.claim("data", "nook-directory", "64Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();

    claim.request("128Mi");
    claim.awaitCapacity("128Mi", pod);

    String _ = pod.run("dd if=/dev/zero of=/data/big bs=1M count=100 conv=fsync");
  }

  @Test
  void anExt4VolumeGrowsWhileItsPodUsesItWhereTheKernelAllowsThat() throws IOException {
    assumeTrue(
        mayGrowExt4(),
        "ext4 grows while mounted only with CAP_SYS_RESOURCE, which this host has not");
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();

    claim.request("256Mi");
    claim.awaitCapacity("256Mi", pod);

    assertThat(pod.mebibytes("/data")).isGreaterThan(200);
  }

  @Test
  void anExt4VolumeThatMayNotGrowInUseSaysSoAndGrowsAtItsNextMount() throws IOException {
    assumeFalse(mayGrowExt4(), "this host has CAP_SYS_RESOURCE: ext4 grows in use");
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();
    String _ = pod.run("echo kept > /data/note; sync");

    claim.request("256Mi");
    assertThat(claim.awaitDescription("CAP_SYS_RESOURCE", pod)).contains("restart the pod");
    assertThat(pod.mebibytes("/data")).isLessThan(64);
    pod.delete();
    Pod next = namespace.pod("next", "data").awaitReady();

    assertThat(next.mebibytes("/data")).isGreaterThan(200);
    assertThat(next.run("cat /data/note")).isEqualTo("kept");
    claim.awaitCapacity("256Mi", next);
  }

  @Test
  void anExpansionThatDoesNotFitHarmsNobodyAndCanBeTakenBack() {
    Claim claim = namespace.claim("data", "nook-xfs", "320Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();
    String _ = pod.run("echo kept > /data/note; sync");

    claim.request("1Ti");
    String _ = claim.awaitDescription("OutOfRange", pod);
    String _ = claim.awaitDescription("NodeResizeError", pod);
    assertThat(pod.run("echo more >> /data/note && wc -l < /data/note")).isEqualTo("2");

    claim.request("640Mi");
    claim.awaitCapacity("640Mi", pod);
    assertThat(pod.mebibytes("/data")).isGreaterThan(500);

    pod.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("head -n 1 /data/note")).isEqualTo("kept");
  }

  @Test
  void aPodStartsWhileAnExpansionThatDoesNotFitStandsAndTheNextOneHasTheLoweredSize() {
    Claim claim = namespace.claim("data", "nook-xfs", "320Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();
    String _ = pod.run("echo kept > /data/note; sync");

    claim.request("1Ti");
    String _ = claim.awaitDescription("OutOfRange", pod);
    pod.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(claim.field("{.spec.resources.requests.storage}")).isEqualTo("1Ti");
    assertThat(next.run("echo more >> /data/note && wc -l < /data/note")).isEqualTo("2");
    assertThat(next.mebibytes("/data")).isLessThan(320);

    claim.request("640Mi");
    next.delete();
    Pod third = namespace.pod("third", "data").awaitReady();
    claim.awaitCapacity("640Mi", third);
    assertThat(third.mebibytes("/data")).isGreaterThan(500);
    assertThat(third.run("cat /data/note")).isEqualTo("kept\nmore");
  }

  @Test
  void aClaimNeverShrinksBelowWhatItHas() {
    Claim claim = namespace.claim("data", "nook-xfs", "320Mi");
    Pod _ = namespace.pod("writer", "data").awaitReady();

    Shell.Ended ended = claim.tryRequest("300Mi");

    assertThat(ended.code()).isNotZero();
    assertThat(ended.err()).contains("can not be less than status.capacity");
  }

  private static boolean mayGrowExt4() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapBnd:")) {
        return (Long.parseUnsignedLong(line.substring(7).strip(), 16) >> CAP_SYS_RESOURCE & 1) == 1;
      }
    }
    throw new AssertionError("/proc/self/status has no CapBnd");
  }
}
