package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.driver.doctor.Finding;
import dev.nook.driver.doctor.HealthCheck;
import dev.nook.store.error.PoolHeld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests that kubelet, Prometheus and `nook doctor` are told the same about a volume.
class HealthOverTheWireTest {
  @TempDir Path temporary;

  private final CountDownLatch answers = new CountDownLatch(1);
  private volatile boolean hangs;
  private FakeRig rig;

  @BeforeEach
  void start() throws IOException, PoolHeld {
    rig = new FakeRig(temporary.toRealPath(), Kind.EXT4);
  }

  @AfterEach
  void stop() throws IOException {
    answers.countDown();
    rig.stop(); // What is mounted stays, in a kernel that nobody sees again.
  }

  @Test
  void aVolumeThatIsIllIsToldAlikeInACallAMetricAndByTheDoctor() throws IOException, PoolHeld {
    rig.start();
    Rig.Wired volume = rig.create("v", Kind.EXT4).stage();
    assertThat(health(volume.id())).isEmpty();
    assertThat(doctor()).singleElement().satisfies(HealthOverTheWireTest::assertFine);
    rig.stop();
    Files.delete(rig.pool().resolve("volumes").resolve(volume.id()).resolve("image"));
    rig.start();

    while (health(volume.id()).isEmpty()) {
      Thread.onSpinWait();
    }

    assertThat(health(volume.id())).containsExactly("DATA_LOSS ContentMissing");
    assertThat(rig.get("/metrics").body())
        .contains("nook_volume_faults{pool=\"default\",reason=\"ContentMissing\"} 1.0")
        .contains("nook_volume_faults{pool=\"default\",reason=\"DirectIoLost\"} 0.0")
        .contains("nook_pool_faults{pool=\"default\",reason=\"PoolDegraded\"} 0.0");
    assertThat(doctor())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.mark()).isEqualTo(Finding.Mark.MISSING);
          assertThat(finding.subject())
              .isEqualTo("volume %s, ContentMissing".formatted(volume.id()));
        });
  }

  @Test
  void aPoolThatIsClosedIsToldAlikeAndWithItEveryVolumeOfIt() throws IOException, PoolHeld {
    rig.start();
    Rig.Wired volume = rig.create("v", Kind.EXT4);
    rig.stop();
    Path format = rig.pool().resolve("FORMAT");
    String was = Files.readString(format);
    Files.writeString(format, "nonsense");
    rig.startUnready();

    assertThat(storage()).containsExactly("STORAGE_UNREACHABLE PoolClosed");
    assertThat(health(volume.id())).containsExactly("INACCESSIBLE PoolClosed");
    assertThat(rig.get("/metrics").body())
        .contains("nook_pool_faults{pool=\"default\",reason=\"PoolClosed\"} 1.0")
        .contains("nook_volume_faults{pool=\"default\",reason=\"ContentMissing\"} 0.0");
    Files.writeString(format, was);
  }

  @Test
  void bothCallsAnswerWhileTheDiskHangs() throws IOException, PoolHeld {
    rig.give(
        Interposed.before(
            rig.linux,
            Set.of("stat", "list", "usage", "space", "probe", "errors", "met", "read"),
            () -> {
              if (hangs) {
                hang();
              }
            }));
    rig.start();
    Rig.Wired volume = rig.create("v", Kind.EXT4).stage();

    hangs = true;

    assertThat(health(volume.id())).isEmpty();
    assertThat(storage()).isEmpty();
    hangs = false;
  }

  private void hang() throws IOException {
    try {
      answers.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private List<String> health(String id) {
    return rig
        .client()
        .node()
        .nodeGetVolumeHealth(Csi.NodeGetVolumeHealthRequest.newBuilder().setVolumeId(id).build())
        .getVolumeHealth()
        .getHealthStatusesList()
        .stream()
        .map(found -> found.getStatus() + " " + found.getReason())
        .toList();
  }

  private List<String> storage() {
    return rig
        .client()
        .node()
        .nodeGetStorageHealth(Csi.NodeGetStorageHealthRequest.getDefaultInstance())
        .getBackendHealthList()
        .stream()
        .map(found -> found.getStatus() + " " + found.getReason())
        .toList();
  }

  private List<Finding> doctor() {
    return new HealthCheck(rig.config().endpoint().socket()).findings();
  }

  private static void assertFine(Finding finding) {
    assertThat(finding.mark()).isEqualTo(Finding.Mark.FINE);
    assertThat(finding.found()).contains("1 volume");
  }
}
