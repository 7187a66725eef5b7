package dev.nook.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.doctor.Finding.Mark;
import dev.nook.driver.serve.Driver;
import dev.nook.driver.serve.OpenPools;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.id.PoolName;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
  private static final String MOUNTS =
      """
      21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
      22 21 254:1 / /var/lib/kubelet rw shared:7 master:2 - xfs /dev/vdb rw
      23 22 0:40 / /var/lib/kubelet/pods/x rw - tmpfs tmpfs rw
      """;

  @TempDir private Path temporary;
  private Path pool;

  @BeforeEach
  void aFolder() throws IOException {
    pool = Files.createDirectories(temporary.toRealPath().resolve("pool"));
  }

  @ParameterizedTest
  @CsvSource({
    "5.8.0-generic,MISSING",
    "5.11.22,MISSING",
    "5.12.0-generic,LESS",
    "6.6.87,LESS",
    "6.7.0,FINE",
    "6.12.48+deb13-amd64,FINE",
    "10.0,FINE",
    "unknown,MISSING"
  })
  void aKernelIsJudgedByItsNumber(String release, Mark mark) {
    assertThat(HostCheck.kernel(release).mark()).isEqualTo(mark);
  }

  @Test
  void aKernelThatIsTooOldIsToldWhichOneIsNeeded() {
    assertThat(HostCheck.kernel("5.11.22"))
        .hasToString("✗ kernel: 5.11.22\n    → Nook needs Linux 5.12 or newer");
  }

  @Test
  void whatACheckersCageLacksIsTold() {
    assertThat(HostCheck.cage(_ -> true, 7).toString()).contains("complete, landlock 7");
    assertThat(HostCheck.cage(_ -> true, 0).mark()).isEqualTo(Mark.LESS);
    assertThat(HostCheck.cage(tool -> !tool.equals("setpriv"), 7).toString())
        .contains("not installed: setpriv", "install util-linux");
  }

  @Test
  void anotherJavaIsNamed() {
    assertThat(HostCheck.java(25).mark()).isEqualTo(Mark.FINE);
    assertThat(HostCheck.java(21).toString()).startsWith("! Java: 21, not 25\n    → ");
  }

  @Test
  void mountsBelowKubeletsDirectoryMustReachThePods() {
    assertThat(new KubeletCheck(Path.of("/var/lib/kubelet"), MOUNTS).propagation().mark())
        .isEqualTo(Mark.FINE);

    Finding elsewhere = new KubeletCheck(Path.of("/var/lib/k0s/kubelet"), MOUNTS).propagation();
    assertThat(elsewhere.mark()).isEqualTo(Mark.MISSING);
    assertThat(elsewhere.fix()).hasValueSatisfying(fix -> assertThat(fix).contains("rshared"));
  }

  @Test
  void aPlaceWithoutCopyOnWriteAndQuotasIsSaidToLackThem() throws IOException {
    List<Finding> findings = check(FileSystemType.EXT4);

    assertThat(marks(findings, "copy-on-write")).containsExactly(Mark.LESS);
    assertThat(marks(findings, "directory volumes")).containsExactly(Mark.LESS);
    assertThat(marks(findings, "space")).containsExactly(Mark.LESS);
    assertThat(marks(findings, "loop devices")).containsExactly(Mark.FINE);
    assertThat(findings).noneMatch(finding -> finding.mark() == Mark.MISSING);
  }

  @Test
  void aPlaceThatHasBothIsFine() throws IOException {
    List<Finding> findings = check(FileSystemType.BTRFS);

    assertThat(marks(findings, "copy-on-write")).containsExactly(Mark.FINE);
    assertThat(marks(findings, "directory volumes")).containsExactly(Mark.FINE);
  }

  @Test
  void lookingLeavesNothingBehind() throws IOException {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());

    check(PoolConfig.of(PoolName.DEFAULT, pool), kernel.linux()).findings();

    assertThat(pool).isEmptyDirectory();
    kernel.assertNothingLeft();
  }

  @Test
  void aPoolThatIsNotThereAndOneThatCannotBeReadAreNamedWithTheRemedy() throws IOException {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());
    var absent = PoolConfig.of(PoolName.DEFAULT, pool.resolve("absent"));
    assertThat(check(absent, kernel.linux()).findings())
        .singleElement()
        .hasToString(
            "✗ pool default, path: %1$s does not exist\n    → mkdir -p %1$s"
                .formatted(absent.path()));

    Files.writeString(pool.resolve("FORMAT"), "nonsense");
    var damaged = check(PoolConfig.of(PoolName.DEFAULT, pool), kernel.linux());
    assertThat(marks(damaged.findings(), "state")).containsExactly(Mark.MISSING);
  }

  @Test
  void whatBearsAnotherPoolsTagIsNamed() throws Exception {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());
    var config = PoolConfig.of(PoolName.DEFAULT, pool);
    try (OpenPools pools = new OpenPools(List.of(config), "node-a", kernel.linux())) {
      pools.lock();
    }
    PoolCheck check = check(config, kernel.linux());
    Files.createDirectory(pool.resolve("volumes/notes"));
    assertThat(marks(check.findings(), "entries")).isEmpty();

    String foreign = "aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa";
    Files.createDirectory(pool.resolve("volumes").resolve(foreign));

    assertThat(marks(check.findings(), "entries")).containsExactly(Mark.LESS);
    assertThat(check.findings()).anyMatch(found -> found.toString().contains(foreign));
  }

  @Test
  void anImageThatDoesNotFitIsSaidBeforeItIsTried() throws IOException {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());
    var image = new PoolConfig.Image(1L << 30, FileSystemType.XFS);
    var config = PoolConfig.of(PoolName.DEFAULT, pool.resolve("deep")).withImage(image);
    assertThat(marks(check(config, kernel.linux()).findings(), "image")).containsExactly(Mark.FINE);

    kernel.leaveAvailable(1L << 20);

    assertThat(marks(check(config, kernel.linux()).findings(), "image"))
        .containsExactly(Mark.MISSING);
  }

  @Test
  void aPoolWithAFilesystemOfItsOwnNeedsNoSize() throws Exception {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath());
    var image = new PoolConfig.Image(1L << 30, FileSystemType.XFS);
    var config = PoolConfig.of(PoolName.DEFAULT, pool.resolve("own")).withImage(image);
    try (OpenPools pools = new OpenPools(List.of(config), "node-a", kernel.linux())) {
      pools.lock();

      assertThat(marks(check(config, kernel.linux()).findings(), "space"))
          .containsExactly(Mark.FINE);
    }
    assertThat(glance(config, kernel.linux()).state()).isEqualTo(PoolGlance.State.OPEN);
    kernel.reboot();
    assertThat(glance(config, kernel.linux()).state()).isEqualTo(PoolGlance.State.UNMOUNTED);
  }

  private List<Finding> check(FileSystemType type) throws IOException {
    FakeKernel kernel = new FakeKernel(temporary.toRealPath(), FakeKernel.Options.on(type));
    return check(PoolConfig.of(PoolName.DEFAULT, pool), kernel.linux()).findings();
  }

  private static List<Mark> marks(List<Finding> findings, String subject) {
    return findings.stream()
        .filter(finding -> finding.subject().endsWith(", " + subject))
        .map(Finding::mark)
        .toList();
  }

  private static PoolCheck check(PoolConfig config, Linux linux) {
    return new PoolCheck(config, linux, Driver.administration(List.of(config), "", linux));
  }

  private static PoolGlance glance(PoolConfig config, Linux linux) {
    return Driver.administration(List.of(config), "", linux).glance(config.name());
  }
}
