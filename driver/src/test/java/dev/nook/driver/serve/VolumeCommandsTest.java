package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.Main;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fake.FakeKernel.Noted;
import io.grpc.Status;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `nook volume`, through the socket of a driver.
class VolumeCommandsTest {
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @SuppressWarnings("NullAway.Init")
  private FakeRig rig;

  @SuppressWarnings("NullAway.Init")
  private Wired volume;

  @BeforeEach
  void start(@TempDir Path temporary) throws Exception {
    rig = new FakeRig(temporary.toRealPath(), Kind.EXT4);
    rig.start();
    volume = rig.create("v", Kind.EXT4);
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void aVolumeThatIsWellIsSaidToBe() {
    assertThat(nook("check")).isEqualTo(Exit.OK);
    assertThat(out.toString()).startsWith("The filesystem is sound");
    assertThat(nook("repair")).isEqualTo(Exit.OK);
    assertThat(out.toString()).contains("Nothing was changed");
  }

  @Test
  void whatCostsNothingIsRepairedRestoredAndForgotten() throws Exception {
    rig.kernel.note(image(), Noted.MARK);
    rig.kernel.damage(image(), Damage.COUNTS);

    assertThat(nook("check")).isEqualTo(Exit.OK);
    assertThat(out.toString())
        .contains(
            "A repair costs nothing",
            "harmless  0x050003  Free blocks count was wrong",
            "Next: nook volume repair " + volume.id());
    assertThat(nook("repair")).isEqualTo(Exit.OK);
    assertThat(out.toString()).contains("Repaired.", "-k-", "nook volume restore " + volume.id());
    volume.stage().unstage();
    assertThat(nook("restore")).isEqualTo(Exit.OK);
    Conformance.assertCode(Status.Code.FAILED_PRECONDITION, volume::stage);
    assertThat(nook("forget")).isEqualTo(Exit.OK);
    assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.startsWith("Deleted "));
    assertThat(nook("forget")).isEqualTo(Exit.OK);
    assertThat(out.toString()).startsWith("Nothing is kept");
  }

  @Test
  void whatMayCostFilesTakesYes() throws Exception {
    rig.kernel.damage(image(), Damage.FILES);

    assertThat(nook("check")).isEqualTo(Exit.FAILED);
    assertThat(out.toString()).contains("may cost files  0x02000d", "nook volume repair --yes");
    assertThat(nook("repair")).isEqualTo(Exit.FAILED);
    assertThat(out.toString()).contains("Nothing was changed; --yes repairs it anyway.");
    assertThat(nook("repair", "--yes")).isEqualTo(Exit.OK);
    assertThat(nook("restore", "--snapshot", "no-such")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).contains("has no kept snapshot no-such");
  }

  @Test
  void aRefusalIsPrintedInWords() {
    volume.stage();

    assertThat(nook("check")).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).startsWith("nook: ").contains(volume.id() + ": it is in use by");
    assertThat(out.toString()).isEmpty();
    volume.unstage();
  }

  @Test
  void withoutADriverNothingIsDone() throws Exception {
    rig.stop();

    assertThat(nook("check")).isEqualTo(Exit.HOST);
    assertThat(err.toString()).contains("no driver serves at unix://", "--endpoint");
  }

  private int nook(String command, String... more) {
    out = new StringWriter();
    err = new StringWriter();
    List<String> line = new ArrayList<>(List.of("volume", command, volume.id()));
    line.addAll(List.of("--endpoint", "unix://" + rig.config().endpoint().socket()));
    line.addAll(List.of(more));
    return Main.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(line.toArray(String[]::new));
  }

  private Path image() {
    return new Layout(rig.pool()).volume(new VolumeId(volume.id())).image();
  }
}
