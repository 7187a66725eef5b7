package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A damaged volume is checked and repaired with `kubectl exec` in the driver's pod, and its own
/// pod starts.
class VolumeRepairIT {
  @RegisterExtension final Namespace namespace = Namespace.on(Node.FIRST);
  private final Driver driver = Driver.on(Node.FIRST);

  @Test
  void aPodThatCannotStartDoesWhenItsVolumeWasRepaired() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    assertThat(first.run("echo kept >/data/file && sync && echo written")).isEqualTo("written");
    first.delete();
    String image = claim.image();
    String _ = Node.FIRST.run("debugfs", "-w", "-R", "set_super_value state 2", image);
    String _ = Node.FIRST.run("debugfs", "-w", "-R", "set_super_value free_inodes_count 7", image);

    Pod next = namespace.pod("next", "data");
    String _ = next.awaitDescription("nook volume check " + claim.handle());

    assertThat(driver.nook("volume", "check", claim.handle()).orFail())
        .contains("A repair costs nothing");
    assertThat(next.field("{.status.phase}")).isEqualTo("Pending");
    String repaired = driver.nook("volume", "repair", claim.handle()).orFail();
    assertThat(repaired).contains("-k-");

    next.awaitReady();
    assertThat(next.run("cat /data/file")).isEqualTo("kept");
    assertThat(driver.nook("volume", "repair", claim.handle()).err()).contains("in use");
    assertThat(driver.nook("volume", "forget", claim.handle()).orFail()).contains("-k-");
  }
}
