package dev.nook.linux.repair;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_NONBLOCK;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.process.Cage;
import dev.nook.linux.process.CagedProcesses;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Output;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Landlock;
import dev.nook.linux.syscall.Landlock.Right;
import dev.nook.linux.syscall.Seccomp;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// An image that belongs to a user of its own until this is closed, and the walls around what runs
/// as that user: the image's bytes are a tenant's, and they may take over the checker that reads
/// them.
///
/// The tool gets the image as its standard input and opens it through that. It has no capability
/// and gains none, no other file to write, none to read but programs and libraries, no network, no
/// other process in sight, and is bounded in time, memory and size of files. It dies with this
/// process.
final class CagedImage implements AutoCloseable {
  /// The path of the image for a tool in the cage.
  static final String NAME = "/proc/self/fd/0";

  /// User ids that systemd assigns to nobody ([UIDs and GIDs](https://systemd.io/UIDS-GIDS/)): no
  /// two cages share one, because limits on processes are per user.
  private static final int FIRST_USER = 1_900_000_000;

  private static final int USERS = 200_000_000;
  private static final int OPEN_FILES = 64;

  /// The stack of each thread, which counts as address space: xfs_repair has more than thirty
  /// threads.
  private static final int STACK_BYTES = 1 << 20;

  /// Sets the limits on this process by its id, which the system call filter allows.
  private static final String LIMIT_THEN_BECOME =
      "\"$0\" --pid $$ \"$1\" \"$2\" \"$3\" \"$4\" \"$5\" \"$6\" \"$7\" && shift 7 && exec \"$@\"";

  private static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr"),
          Path.of("/bin"),
          Path.of("/sbin"),
          Path.of("/lib"),
          Path.of("/lib64"),
          Path.of("/etc/ld.so.cache"),
          Path.of(System.getProperty("java.home")));
  private static final Pattern WALL =
      Pattern.compile("(/\\S+/)?(sh|prlimit|setpriv|nice|ionice|unshare): ");
  private static final Set<Integer> ANY_EXIT_CODE =
      IntStream.rangeClosed(0, 255).boxed().collect(Collectors.toUnmodifiableSet());

  private final Path path;
  private final Limits limits;
  private final Fd fd;
  private final FileStatus before;
  private final int user = FIRST_USER + RandomGenerator.getDefault().nextInt(USERS);
  private final CageFolder folder;

  private CagedImage(Path path, Limits limits, Fd fd) throws IOException {
    this.path = path;
    this.limits = limits;
    this.fd = fd;
    this.before = Syscalls.fstat(fd);
    if (!before.isFile()) {
      throw new SystemCallException("repair", path.toString(), Errno.EINVAL);
    }
    if (!Syscalls.tryLease(fd, O_RDWR)) {
      throw new SystemCallException("repair", path.toString(), Errno.EBUSY);
    }
    this.folder = CageFolder.make(Path.of(System.getProperty("java.io.tmpdir")), user);
  }

  /// Gives the image to a new user; EBUSY while anybody else has it open, EINVAL for what is not a
  /// file.
  static CagedImage of(Path image, Limits limits) throws IOException {
    Fd fd = Syscalls.open(image, O_RDWR, O_NOFOLLOW, O_NONBLOCK);
    try {
      CagedImage caged = new CagedImage(image, limits, fd);
      Syscalls.fchown(fd, caged.user, caged.user);
      return caged;
    } catch (IOException | RuntimeException e) {
      fd.close();
      throw e;
    }
  }

  /// Runs a tool on the image.
  Output run(String tool, List<String> arguments) throws IOException {
    return run(tool, arguments, folder.silent(), _ -> {});
  }

  /// Runs a tool on the image while e2fsck logs problems.
  ///
  /// @param problems takes the lines of that log on another thread, all before this returns
  Output run(String tool, List<String> arguments, Consumer<String> problems) throws IOException {
    return run(tool, arguments, folder.logging(), problems);
  }

  private Output run(String tool, List<String> arguments, Path config, Consumer<String> lines)
      throws IOException {
    Map<String, String> environment =
        Map.of("LC_ALL", "C", "E2FSCK_CONFIG", config.toString(), "MALLOC_ARENA_MAX", "1");
    Command command = command(tool, arguments);
    Output ended;
    try (Landlock rules = rules()) {
      // After the last wall this thread can read no file, not even one with a class.
      Cage.Walls walls =
          () -> {
            Seccomp.filterThread();
            rules.restrictThread();
          };
      Cage cage = new Cage(path, folder.path(), environment, folder.fifo(), lines, walls);
      ended = CagedProcesses.run(command, cage);
    }
    if (hasNotStarted(ended)) {
      throw new IOException(
          "%s could not be started in its cage: %s".formatted(tool, Said.of(ended)));
    }
    return ended;
  }

  /// Whether the programs that put up the walls failed: they exit with 125 to 127, or with 1 and
  /// their name first.
  private static boolean hasNotStarted(Output ended) {
    int code = ended.exitCode();
    return (code >= 125 && code <= 127) || (code == 1 && WALL.matcher(ended.err()).lookingAt());
  }

  private Command command(String tool, List<String> arguments) throws IOException {
    String program = Processes.program(tool).toString();
    List<String> all = new ArrayList<>(walls());
    all.add(program);
    all.addAll(arguments);
    return Command.of("sh", all.toArray(String[]::new))
        .within(limits.time())
        .accepting(ANY_EXIT_CODE.toArray(Integer[]::new));
  }

  /// Returns the programs that put up the walls. Each does its part and executes the next; unshare
  /// stays as the parent of a process that dies with it.
  private List<String> walls() throws IOException {
    List<String> walls = new ArrayList<>(List.of("-c", LIMIT_THEN_BECOME));
    walls.add(Processes.program("prlimit").toString());
    walls.add("--as=" + limits.memoryBytes());
    walls.add("--cpu=" + limits.time().toSeconds());
    walls.add("--fsize=" + before.sizeBytes());
    walls.add("--core=0");
    walls.add("--stack=" + STACK_BYTES);
    walls.add("--nofile=" + OPEN_FILES);
    walls.add("--nproc=" + limits.processes());
    walls.addAll(List.of(Processes.program("setpriv").toString(), "--pdeathsig", "KILL"));
    walls.addAll(List.of(Processes.program("nice").toString(), "-n", "19"));
    walls.addAll(List.of(Processes.program("ionice").toString(), "-c", "2", "-n", "7"));
    walls.addAll(List.of(Processes.program("unshare").toString(), "--net", "--ipc", "--uts"));
    walls.addAll(List.of("--pid", "--fork", "--kill-child=KILL"));
    walls.addAll(List.of(Processes.program("setpriv").toString(), "--pdeathsig", "KILL"));
    walls.addAll(List.of("--reuid", Integer.toString(user), "--regid", Integer.toString(user)));
    walls.addAll(List.of("--clear-groups", "--no-new-privs", "--bounding-set=-all"));
    walls.addAll(List.of("--inh-caps=-all", "--ambient-caps=-all"));
    return walls;
  }

  private Landlock rules() throws IOException {
    Landlock rules = Landlock.denyAll();
    try {
      for (Path each : PROGRAMS) {
        if (Files.isDirectory(each)) {
          rules.allow(each, Set.of(Right.EXECUTE, Right.READ_FILE, Right.READ_DIR));
        } else if (Files.exists(each)) {
          rules.allow(each, Set.of(Right.READ_FILE));
        }
      }
      rules.allow(Path.of("/proc"), Set.of(Right.READ_DIR));
      rules.allow(folder.path(), Set.of(Right.READ_FILE, Right.READ_DIR));
      rules.allow(folder.fifo(), Set.of(Right.WRITE_FILE));
      rules.allow(Path.of("/dev/null"), Set.of(Right.READ_FILE, Right.WRITE_FILE));
      rules.allow(fd.path(), Set.of(Right.READ_FILE, Right.WRITE_FILE));
      return rules;
    } catch (IOException e) {
      rules.close();
      throw e;
    }
  }

  /// Returns the user that owns the image meanwhile.
  int user() {
    return user;
  }

  /// Gives the image back to its owner.
  @Override
  public void close() throws IOException {
    try (fd;
        folder) {
      Syscalls.fchown(fd, before.user(), before.group());
    }
  }
}
