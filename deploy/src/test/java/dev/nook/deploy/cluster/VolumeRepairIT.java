package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A damaged volume is checked and repaired with `kubectl exec` in the driver's pod, and its own
/// pod starts.
class VolumeRepairIT {
  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void aPodThatCannotStartDoesWhenItsVolumeWasRepaired() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    assertThat(first.run("echo kept >/data/file && sync && echo written")).isEqualTo("written");
    first.delete();
    Path image = Driver.pools("default/volumes").resolve(claim.handle()).resolve("image");
    String _ = Shell.run("debugfs", "-w", "-R", "set_super_value state 2", image.toString());
    String _ =
        Shell.run("debugfs", "-w", "-R", "set_super_value free_inodes_count 7", image.toString());

    Pod next = namespace.pod("next", "data");
    String _ = next.awaitDescription("nook volume check " + claim.handle());

    assertThat(Driver.nook("volume", "check", claim.handle()).orFail())
        .contains("A repair costs nothing");
    assertThat(next.field("{.status.phase}")).isEqualTo("Pending");
    String repaired = Driver.nook("volume", "repair", claim.handle()).orFail();
    assertThat(repaired).contains("-k-");

    next.awaitReady();
    assertThat(next.run("cat /data/file")).isEqualTo("kept");
    assertThat(Driver.nook("volume", "repair", claim.handle()).err()).contains("in use");
    assertThat(Driver.nook("volume", "forget", claim.handle()).orFail()).contains("-k-");
  }
}
