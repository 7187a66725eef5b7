package dev.nook.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.doctor.Finding.Mark;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopGuardTest {
  private static final Path SHIPPED = Path.of("../deploy/host").toAbsolutePath().normalize();
  private static final Pattern BACKING = Pattern.compile("ATTR\\{loop/backing_file}==\"([^\"]+)\"");

  @TempDir private Path host;

  @Test
  void theRuleKnowsEveryPlaceOfAnImageAndNoOtherFile() throws IOException {
    var layout = new Layout(Path.of("/srv/any pool"));
    var volume = VolumeId.of(new PoolTag("abcdefg2"), new Name("v"));
    var snapshot = SnapshotId.of(new PoolTag("abcdefg2"), new Name("s"));

    for (Home home :
        List.of(
            layout.volume(volume),
            layout.snapshot(snapshot),
            layout.staged(volume, "n"),
            layout.discarded(volume, "n"),
            layout.discarded(snapshot, "n"))) {
      assertThat(isOurs(home.image().toString())).as("%s", home).isTrue();
      assertThat(isOurs(home.image() + " (deleted)")).as("%s", home).isTrue();
    }
    assertThat(isOurs("/dev/loop12")).isTrue();
    for (String other :
        List.of("/var/lib/nook/default.img", "/var/lib/machines/volumes/vm/image", "/srv/disk")) {
      assertThat(isOurs(other)).as(other).isFalse();
    }
  }

  @Test
  void aHostWithoutTheFilesIsToldAndOneWithThemIsFine() throws IOException {
    Files.createDirectories(host.resolve("run/udev"));
    Files.createDirectories(host.resolve("etc/udev/rules.d"));
    Files.createDirectories(host.resolve("etc/lvm"));
    Files.writeString(host.resolve("etc/lvm/lvm.conf"), "# global_filter = [ \"r|/dev/loop|\" ]");
    assertThat(marks()).containsExactly(Mark.LESS, Mark.LESS);

    for (String file : List.of("udev/rules.d/60-nook.rules", "lvm/lvmlocal.conf")) {
      Path to = host.resolve("etc").resolve(file);
      Files.copy(SHIPPED.resolve(to.getFileName()), to);
    }
    assertThat(marks()).containsExactly(Mark.FINE, Mark.FINE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "\"r|^/dev/loop|\"; FINE",
        "\"r|^/dev/loop[0-9]+$|\", \"a|.*|\"; FINE",
        "\"a|^/dev/sda3$|\", \"r|.*|\"; FINE",
        "\"a|.*|\", \"r|^/dev/loop|\"; LESS",
        "\"r|^/dev/sr0|\"; LESS",
        "\"r/loop/\"; FINE",
        "\"r|[|\"; LESS"
      })
  void aFilterOfOnesOwnIsReadAsLvmReadsIt(String filter, Mark mark) throws IOException {
    Files.createDirectories(host.resolve("run/udev"));
    Files.createDirectories(host.resolve("etc/lvm"));
    Files.writeString(
        host.resolve("etc/lvm/lvm.conf"),
        "devices {\n  global_filter = [ %s ]\n}".formatted(filter));

    assertThat(marks()).last().isEqualTo(mark);
  }

  @Test
  void aHostWithADevicesFileUsesWhatItLists() throws IOException {
    Files.createDirectories(host.resolve("run/udev"));
    Path devices = Files.createDirectories(host.resolve("etc/lvm/devices"));
    Files.writeString(devices.resolve("system.devices"), "IDTYPE=sys_wwid IDNAME=naa.5 PVID=x");
    assertThat(marks()).last().isEqualTo(Mark.FINE);

    Files.writeString(devices.resolve("system.devices"), "IDTYPE=devname IDNAME=/dev/loop0 PVID=x");
    assertThat(marks()).last().isEqualTo(Mark.LESS);
  }

  @Test
  void whereNoUdevIsSeenNothingIsClaimed() throws IOException {
    assertThat(new LoopGuardCheck(host).findings())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.mark()).isEqualTo(Mark.LESS);
          assertThat(finding.found()).contains("no udev is visible here");
        });
  }

  private List<Mark> marks() throws IOException {
    return new LoopGuardCheck(host).findings().stream().map(Finding::mark).toList();
  }

  /// Whether a pattern of the rule matches, as udev matches: `*` stands for any text.
  private static boolean isOurs(String backingFile) throws IOException {
    return BACKING
        .matcher(Files.readString(SHIPPED.resolve(LoopGuardCheck.RULES)))
        .results()
        .map(found -> found.group(1).replace(".", "\\.").replace("*", ".*").replace("?", "."))
        .anyMatch(backingFile::matches);
  }
}
