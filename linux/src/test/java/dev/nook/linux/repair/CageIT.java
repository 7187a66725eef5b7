package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Output;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Landlock;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tools that try to get out. Each wall is tried by what would work without it.
class CageIT {
  private static final Limits SMALL = new Limits(128L << 20, Duration.ofSeconds(20), 8);

  private static final int CAPGET = System.getProperty("os.arch").equals("amd64") ? 125 : 90;

  private static final int PRLIMIT64 = System.getProperty("os.arch").equals("amd64") ? 302 : 261;

  @TempDir Path folder;
  private final String marker = "cage-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private Path image;
  private Path neighbour;

  @BeforeEach
  void makeImages() throws IOException {
    image = folder.resolve("image");
    neighbour = folder.resolve("neighbour");
    Files.writeString(image, "x".repeat(1 << 20));
    Files.writeString(neighbour, "a tenant's");
    for (Path each : List.of(image, neighbour)) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-------"));
    }
  }

  private Output perl(String... lines) throws IOException {
    return run("perl", "-e", String.join("\n", lines));
  }

  private Output run(String tool, String... arguments) throws IOException {
    return run(SMALL, tool, arguments);
  }

  private Output run(Limits limits, String tool, String... arguments) throws IOException {
    try (CagedImage caged = CagedImage.of(image, limits)) {
      return caged.run(tool, List.of(arguments));
    }
  }

  @Test
  void itReadsAndWritesTheImageAndNothingElse() throws IOException {
    Files.setPosixFilePermissions(neighbour, PosixFilePermissions.fromString("rw-rw-rw-"));

    Output tried =
        perl(
            "open(my $i, '+<', '/proc/self/fd/0') or die qq{image: $!};",
            "print $i 'mended'; close $i or die;",
            "for my $path ('/etc/shadow', '/etc/passwd', '" + neighbour + "', '/dev/zero') {",
            "  for my $mode ('<', '+<') {",
            "    print open(my $f, $mode, $path) ? qq{$path opened\n} : qq{$!\n};",
            "  }",
            "}",
            "print open(my $f, '>', 'new') ? qq{made\n} : qq{$!\n};",
            "print open(my $f, '>', '/tmp/new') ? qq{made\n} : qq{$!\n};",
            "print opendir(my $d, '" + folder + "') ? qq{listed\n} : qq{$!\n};",
            "print truncate('/proc/self/fd/0', 1) ? qq{cut\n} : qq{$!\n};");

    assertThat(tried.err()).isEmpty();
    assertThat(tried.out().lines()).hasSize(12).containsOnly("Permission denied");
    assertThat(Files.readString(image)).startsWith("mendedxxx").hasSize(1 << 20);
  }

  @Test
  void whereLandlockIsNotTheUserAloneStopsIt() throws IOException {
    try (CagedImage caged = CagedImage.of(image, SMALL)) {
      Output tried =
          Processes.run(
              Command.of(
                      "setpriv",
                      "--reuid",
                      Integer.toString(caged.user()),
                      "--regid",
                      Integer.toString(caged.user()),
                      "--clear-groups",
                      "cat",
                      "/etc/shadow",
                      neighbour.toString())
                  .accepting(1));

      assertThat(tried.out()).isEmpty();
      assertThat(tried.err().lines()).hasSize(2).allMatch(line -> line.endsWith("denied"));
    }
  }

  @Test
  void itHasNoCapabilityNoGroupAndNothingToGainOneBy() throws IOException {
    String state = run("setpriv", "--dump").out();

    assertThat(state)
        .contains("no_new_privs: 1")
        .contains("Supplementary groups: [none]")
        .contains("Inheritable capabilities: [none]")
        .contains("Ambient capabilities: [none]")
        .contains("Capability bounding set: [none]")
        .contains("Parent death signal: KILL")
        .doesNotContain("uid: 0");
    assertThat(
            perl(
                    "my ($head, $sets) = (pack('LL', 0x20080522, 0), 'x' x 24);",
                    "syscall(" + CAPGET + ", $head, $sets) and die $!; print unpack('H*', $sets);")
                .out())
        .isEqualTo("0".repeat(48));
  }

  @Test
  void itSeesNoEnvironmentOfTheDrivers() throws IOException {
    assertThat(run("env").out().lines().map(line -> line.split("=")[0]))
        .containsExactlyInAnyOrder("LC_ALL", "E2FSCK_CONFIG", "MALLOC_ARENA_MAX", "PWD");
  }

  @Test
  void itReachesNobody() throws IOException {
    Output tried =
        perl(
            "use Socket;",
            "for my $family (AF_INET, AF_INET6, AF_UNIX, 16) {",
            "  print socket(my $s, $family, SOCK_DGRAM, 0) ? qq{socket\n} : qq{$!\n};",
            "}",
            "print kill(0, " + ProcessHandle.current().pid() + ") ? qq{seen\n} : qq{$!\n};",
            "print kill(9, -1) ? qq{killed\n} : qq{$!\n};",
            "print syscall(425, 8, 0) == -1 ? qq{$!\n} : qq{io_uring\n};",
            "print syscall(435, 0, 0) == -1 ? qq{$!\n} : qq{clone3\n};");

    assertThat(tried.out().lines())
        .containsExactly(
            "Operation not permitted",
            "Operation not permitted",
            "Operation not permitted",
            "Operation not permitted",
            "No such process",
            "No such process",
            "Operation not permitted",
            "Function not implemented");
  }

  @Test
  void itGetsNoNamespaceWhereItWouldBeRoot() throws IOException {
    for (String namespace : List.of("--user", "--mount", "--net")) {
      assertThatThrownBy(() -> run("unshare", namespace, "id"))
          .hasMessageEndingWith("unshare failed: Operation not permitted");
    }
  }

  @Test
  void itStartsNoMoreProcessesThanItsLimit() throws IOException {
    Output tried =
        perl(
            "my $n = 0; # " + marker,
            "while ($n < 100) {",
            "  my $p = fork();",
            "  if (!defined $p) { print qq{$n $!\n}; exit }",
            "  if (!$p) { sleep 100; exit }",
            "  $n++;",
            "}");

    assertThat(tried.out()).isEqualTo("7 Resource temporarily unavailable\n");
    assertThat(caged()).isEmpty();
  }

  @Test
  void itTakesNoMoreMemoryThanItsLimit() throws IOException {
    Output tried = perl("my $x = 'x' x (200 << 20); print 'taken'");

    assertThat(tried.out()).isEmpty();
    assertThat(Said.byALimit(tried)).as(tried.toString()).isTrue();
  }

  @Test
  void itMakesTheImageNoLarger() throws IOException {
    Output tried =
        perl(
            "open(my $i, '+<', '/proc/self/fd/0') or die;",
            "sysseek($i, 1 << 20, 0); syswrite($i, 'more') ? print 'grown' : print $!;");

    assertThat(tried.out()).isEqualTo("File too large");
    assertThat(image).hasSize(1 << 20);
  }

  @Test
  void itOnlyBelievesThatItHasLiftedTheLimitOfTheImagesSize() throws IOException {
    Output tried =
        perl(
            "my $infinity = pack('QQ', ~0, ~0);",
            "print syscall(" + PRLIMIT64 + ", 0, 1, $infinity, 0), qq{\n};",
            "print syscall(" + PRLIMIT64 + ", $$ + 0, 1, $infinity, 0), qq{ $!\n};",
            "open(my $i, '+<', '/proc/self/fd/0') or die;",
            "sysseek($i, 1 << 20, 0); syswrite($i, 'more') ? print 'grown' : print $!;");

    assertThat(tried.out()).isEqualTo("0\n-1 Operation not permitted\nFile too large");
  }

  @Test
  void itRunsNoLongerThanItsTimeOnProcessorsOrTheClock() {
    Limits short_ = new Limits(128L << 20, Duration.ofSeconds(1), 8);

    assertThatThrownBy(() -> run(short_, "perl", "-e", "sleep 100 # " + marker))
        .isInstanceOf(Processes.TimedOut.class);
    assertThatThrownBy(() -> run(short_, "perl", "-e", "1 while fork() || 1 # " + marker))
        .isInstanceOf(Processes.TimedOut.class);
    assertThat(caged()).isEmpty();
  }

  @Test
  void aFloodOfWordsIsNotKept() throws IOException {
    assertThat(run("seq", "1", "1000000").out()).hasSize(64 << 10);
  }

  @Test
  void theImageIsItsOwnersAgainAndOnlyThatOfOneRepair() throws IOException {
    try (CagedImage caged = CagedImage.of(image, SMALL)) {
      assertThat(Files.getAttribute(image, "unix:uid")).isEqualTo(caged.user());
      assertThatThrownBy(() -> CagedImage.of(image, SMALL))
          .isInstanceOfSatisfying(
              SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY));
    }

    assertThat(Files.getAttribute(image, "unix:uid")).isEqualTo(0);
    assertThatThrownBy(() -> CagedImage.of(folder, SMALL)).isInstanceOf(SystemCallException.class);
  }

  /// A process that starts a tool in a cage and is killed.
  static final class Driver {
    private Driver() {}

    public static void main(String[] arguments) throws IOException {
      try (CagedImage caged = CagedImage.of(Path.of(arguments[0]), SMALL)) {
        Output _ = caged.run("perl", List.of("-e", "sleep 100 # " + arguments[1]));
      }
    }
  }

  @Test
  void itDiesWithTheDriverAndTheNextOneRemovesItsFolder() throws IOException, InterruptedException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    Process driver =
        new ProcessBuilder(
                System.getProperty("java.home") + "/bin/java",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Driver.class.getName(),
                image.toString(),
                marker)
            .inheritIO()
            .start();
    while (driver.isAlive() && caged().isEmpty()) {
      Thread.sleep(10);
    }
    assertThat(caged()).as("started").isNotEmpty();

    CageFolder.removeAbandoned(folder);
    assertThat(folder).isDirectoryContaining("glob:**/nook-cage.*");
    driver.destroyForcibly().waitFor();

    for (int i = 0; i < 200 && !caged().isEmpty(); i++) {
      Thread.sleep(10);
    }
    assertThat(caged()).isEmpty();
    CageFolder.removeAbandoned(folder);
    assertThat(folder).isDirectoryNotContaining("glob:**/nook-cage.*");
  }

  @Test
  void withoutTheCageAllOfThisWorks() throws IOException {
    String escape =
        String.join(
            "\n",
            "use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;",
            "open(my $f, '<', '/etc/shadow') or die $!;",
            "open(my $n, '+<', '" + neighbour + "') or die $!;",
            "my $x = 'x' x (200 << 20);",
            "for (1 .. 20) { my $p = fork(); defined $p or die $!; $p or exit }",
            "open(my $i, '+<', '" + image + "') or die $!;",
            "sysseek($i, 1 << 20, 0); syswrite($i, 'more') or die $!; print 'out';");

    assertThat(Processes.run(Command.of("perl", "-e", escape)).out()).isEqualTo("out");
  }

  @Test
  void aToolThatIsNotInstalledIsNamedWithItsPackage() {
    assertThatThrownBy(() -> run("xfs_nonsense")).isInstanceOf(Processes.Missing.class);
  }

  @Test
  void aCageThatCannotBeBuiltIsNoWordOfTheTools() {
    assertThatThrownBy(() -> run("sh", "-c", "exec /no/tool"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("sh could not be started in its cage: ");
    assertThatThrownBy(() -> run("sh", "-c", "echo unshare: no namespaces >&2; exit 1"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("unshare: no namespaces");
  }

  @Test
  void thisKernelHasLandlock() throws IOException {
    assertThat(Landlock.version()).isGreaterThanOrEqualTo(1);
  }

  /// Caged processes of this test.
  private List<Long> caged() {
    return ProcessHandle.allProcesses().map(ProcessHandle::pid).filter(this::isCaged).toList();
  }

  private boolean isCaged(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return Files.readString(process.resolve("cmdline")).contains(marker)
          && Files.readString(process.resolve("status"))
              .lines()
              .anyMatch(line -> line.matches("Uid:\\t(19|20)\\d{8}\\t.*"));
    } catch (IOException _) {
      return false; // It has ended meanwhile.
    }
  }
}
