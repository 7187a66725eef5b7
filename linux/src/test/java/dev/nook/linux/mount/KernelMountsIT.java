package dev.nook.linux.mount;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nook.linux.block.KernelLoopDevices;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelMountsIT {
  @TempDir Path directory;
  private final KernelMounts mounts = new KernelMounts();
  private final KernelLoopDevices loops = new KernelLoopDevices();
  private Path device;
  private Path target;

  @BeforeEach
  void aFormattedDeviceAndADirectory() throws IOException {
    Path image = directory.resolve("image");
    Processes.run(Command.of("mkfs.ext4", "-q", "-b", "4096").with(image.toString(), "16M"));
    device =
        loops
            .attach(new LoopDevices.Attach(image, LoopDevices.Access.READ_WRITE, true, "mounts-it"))
            .device();
    target = Files.createDirectory(directory.resolve("tar get"));
  }

  @AfterEach
  void nothingStaysMountedOrAttached() throws IOException {
    for (List<Path> left = mounted(); !left.isEmpty(); left = mounted()) {
      mounts.unmount(left.getLast());
    }
    loops.detach(device);
  }

  private List<Path> mounted() throws IOException {
    return mounts.all().stream()
        .map(Mounts.Entry::mountPoint)
        .filter(path -> path.startsWith(directory))
        .toList();
  }

  private void mount(String... flags) throws IOException {
    mounts.mount(device, target, FileSystemType.EXT4, MountFlags.of(flags));
  }

  private Mounts.Entry top(Path mountPoint) throws IOException {
    return mounts.at(mountPoint).getLast();
  }

  private static Errno refusal(ThrowingCallable call) {
    return catchThrowableOfType(SystemCallException.class, call).errno();
  }

  private Path make(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  @Test
  void aLinkIsNoMountPoint() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);

    assertThat(refusal(() -> mounts.mount(device, link, FileSystemType.EXT4, MountFlags.NONE)))
        .isEqualTo(Errno.ELOOP);
    assertThat(refusal(() -> mounts.bind(target, link, MountFlags.NONE))).isEqualTo(Errno.ELOOP);
    assertThat(refusal(() -> mounts.bind(link, target, MountFlags.NONE))).isEqualTo(Errno.ELOOP);
    mount();
    assertThat(refusal(() -> mounts.unmount(link))).isEqualTo(Errno.EINVAL);
    assertThat(mounts.at(target)).hasSize(1);
  }

  @Test
  void aHeldMountIsToldUnderANameThatIsNoPathHere() throws Exception {
    Path folder = make("folder");
    Path inside = Files.createDirectory(folder.resolve("inside"));
    mounts.bind(target, inside, MountFlags.NONE);

    try (HeldMount held = mounts.hold(inside).orElseThrow()) {
      shell("mv folder \"$(printf 'f\\377')\"");
      Mounts.Entry entry = held.entry().orElseThrow();

      assertThat(entry.mountPoint().toString()).endsWith("/f\\377/inside");
      assertThat(mounts.all()).extracting(Mounts.Entry::mountPoint).contains(entry.mountPoint());
    } finally {
      shell("mv \"$(printf 'f\\377')\" folder");
    }
  }

  private void shell(String script) throws IOException {
    var _ =
        Processes.run(Command.of("sh", "-c", "cd \"$1\" && " + script, "sh", directory.toString()));
  }

  @Test
  void whatCannotBeMountedLeavesNothing() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThat(refusal(() -> mounts.mount(device, file, FileSystemType.EXT4, MountFlags.NONE)))
        .isEqualTo(Errno.ENOTDIR);
    assertThat(refusal(() -> mounts.mount(device, target, FileSystemType.XFS, MountFlags.NONE)))
        .isIn(Errno.EINVAL, Errno.EUCLEAN);
    assertThat(refusal(() -> mounts.bind(target, file, MountFlags.READ_ONLY)))
        .isEqualTo(Errno.ENOTDIR);
    assertThat(refusal(() -> mounts.bind(file, target, MountFlags.NONE))).isEqualTo(Errno.ENOTDIR);
    assertThat(refusal(() -> mounts.unmount(target))).isEqualTo(Errno.EINVAL);
    assertThat(refusal(() -> mounts.unmount(directory.resolve("absent")))).isEqualTo(Errno.ENOENT);
    assertThat(mounted()).isEmpty();
  }

  @Test
  void aFilesystemIsMountedWithItsFlagsAndThoseItAlwaysHas() throws Exception {
    mount("noatime", "noexec", "commit=30");

    Mounts.Entry entry = top(target);
    assertThat(entry.device()).isEqualTo(Syscalls.stat(target).device());
    assertThat(entry.device()).isEqualTo(Syscalls.lstat(device).rdev());
    assertThat(entry.source()).isEqualTo(device.toString());
    assertThat(entry.root()).isEqualTo("/");
    assertThat(entry.fsType()).isEqualTo("ext4");
    assertThat(entry.flags()).contains("rw", "nodev", "noexec", "noatime");
    assertThat(entry.superFlags()).contains("errors=remount-ro", "commit=30");
    assertThat(entry.readOnly()).isFalse();
    assertThat(Syscalls.stat(target).mountRoot()).isTrue();
  }

  @Test
  void aReadOnlyFilesystemTakesNoWrite() throws Exception {
    mount("ro");

    assertThat(top(target).readOnly()).isTrue();
    assertThatThrownBy(() -> Files.createFile(target.resolve("x")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("Read-only");
  }

  @Test
  void onlyTheTopmostMountIsUnmounted() throws Exception {
    mount();
    mounts.bind(make("other"), target, MountFlags.NONE);
    List<Mounts.Entry> stack = mounts.at(target);

    mounts.unmount(target);

    assertThat(stack).hasSize(2);
    assertThat(mounts.at(target)).containsExactly(stack.getFirst());
  }

  @Test
  void aMountInUseStays() throws Exception {
    mount();
    try (Fd _ = Syscalls.open(target, O_RDONLY)) {

      assertThat(refusal(() -> mounts.unmount(target))).isEqualTo(Errno.EBUSY);
    }
    assertThat(mounts.at(target)).hasSize(1);
  }

  @Test
  void aMountedDeviceIsNotDetached() throws Exception {
    mount();

    SystemCallException refusal =
        catchThrowableOfType(SystemCallException.class, () -> loops.detach(device));

    assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
    assertThat(refusal).hasMessageContaining("mounted at " + target);
    assertThat(loops.at(device)).isPresent();
    assertThat(Files.createFile(target.resolve("still-writable"))).exists();
  }

  @Test
  void aDeviceMountedInAnotherNamespaceIsNotDetached() throws Exception {
    Path namespaces = make("namespaces");
    mounts.bind(namespaces, namespaces, MountFlags.NONE);
    run("mount", "--make-private", namespaces);
    Path namespace = Files.createFile(namespaces.resolve("mnt"));
    run("unshare", "--mount=" + namespace, "mount", "-t", "ext4", device, target);

    assertThat(mounts.at(target)).isEmpty();
    assertThat(refusal(() -> loops.detach(device))).isEqualTo(Errno.EBUSY);
    assertThat(loops.at(device)).isPresent();
  }

  @Test
  void aBindShowsADirectoryWithItsOwnFlags() throws Exception {
    mount("noexec");
    Path inside = Files.createDirectory(target.resolve("inside"));
    Path shown = make("shown");

    mounts.bind(inside, shown, MountFlags.of("ro", "nosuid", "noatime", "commit=5"));

    assertThat(top(shown).root()).isEqualTo("/inside");
    assertThat(top(shown).flags()).contains("ro", "nosuid", "nodev", "noatime");
    assertThat(top(shown).flags()).doesNotContain("noexec");
    assertThat(top(target).flags()).contains("rw", "noexec").doesNotContain("nosuid");
    assertThatThrownBy(() -> Files.createFile(shown.resolve("x")))
        .hasMessageContaining("Read-only");
  }

  @Test
  void aBindNestedBelowIsNotCarriedAlong() throws Exception {
    Path inner = Files.createDirectory(make("outer").resolve("inner"));
    mounts.bind(target, inner, MountFlags.NONE);

    mounts.bind(directory.resolve("outer"), target, MountFlags.NONE);

    assertThat(mounts.all()).noneMatch(entry -> entry.mountPoint().equals(target.resolve("inner")));
  }

  @Test
  void aBoundDeviceNodeCanBeOpened() throws Exception {
    Path node = Files.createFile(directory.resolve("node"));

    mounts.bind(device, node, MountFlags.NONE);

    assertThat(top(node).root()).isEqualTo("/" + device.getFileName());
    assertThat(Syscalls.lstat(node).rdev()).isEqualTo(Syscalls.lstat(device).rdev());
    Syscalls.open(node, O_RDONLY).close();
  }

  @Test
  void theCopiesThatPropagateHaveTheFlagsToo() throws Exception {
    Path kubelet = make("kubelet");
    Path host = make("host");
    mounts.bind(kubelet, kubelet, MountFlags.NONE);
    run("mount", "--make-private", kubelet);
    run("mount", "--make-shared", kubelet);
    mounts.bind(kubelet, host, MountFlags.NONE);
    Files.createDirectory(kubelet.resolve("pod"));

    mounts.bind(target, kubelet.resolve("pod"), MountFlags.READ_ONLY);

    assertThat(top(host.resolve("pod")).flags()).contains("ro", "nodev");
  }

  @Test
  void aTargetThatIsSwappedForALinkLeadsNowhereElse() throws IOException, InterruptedException {
    Path canary = make("canary");
    Path spot = make("spot");
    Path link = Files.createSymbolicLink(directory.resolve("link"), canary);
    Path aside = directory.resolve("aside");
    AtomicBoolean done = new AtomicBoolean();

    int mounted = 0;
    try (var swapper = Executors.newSingleThreadExecutor()) {
      Future<?> swaps = swapper.submit(() -> swap(done, spot, aside, link));
      try {
        for (int i = 0; i < 1_000; i++) {
          mounted += bound(spot) ? 1 : 0;
          assertThat(mounts.at(canary)).isEmpty();
          unmountAll();
        }
      } finally {
        done.set(true);
      }
      assertThat(swaps).succeedsWithin(Duration.ofSeconds(5));
    }
    assertThat(mounted).isBetween(1, 1_000);
  }

  /// What is mounted may be moved between the look and the call.
  private void unmountAll() throws IOException {
    for (List<Path> left = mounted(); !left.isEmpty(); left = mounted()) {
      try {
        mounts.unmount(left.getLast());
      } catch (SystemCallException e) {
        assertThat(e.errno()).isIn(Errno.ENOENT, Errno.EINVAL, Errno.ENOTDIR);
      }
    }
  }

  private boolean bound(Path spot) throws IOException {
    try {
      mounts.bind(target, spot, MountFlags.NONE);
      return true;
    } catch (SystemCallException e) {
      assertThat(e.errno()).isIn(Errno.ELOOP, Errno.ENOENT);
      return false;
    }
  }

  /// Lets a directory and a link to the canary take turns at one name, until it is done.
  private static void swap(AtomicBoolean done, Path spot, Path aside, Path link) {
    while (!done.get()) {
      move(done, spot, aside);
      move(done, link, spot);
      move(done, spot, link);
      move(done, aside, spot);
    }
  }

  private static void move(AtomicBoolean done, Path from, Path to) {
    while (!moved(from, to) && !done.get()) {
      Thread.onSpinWait();
    }
  }

  /// A mount point cannot be renamed while something is mounted on it.
  private static boolean moved(Path from, Path to) {
    try {
      Syscalls.renameNoReplace(from, to);
      return true;
    } catch (SystemCallException _) {
      return false;
    }
  }

  @Test
  void everywhereAddsTheMountsOfAnotherNamespace() throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder("unshare", "--mount", "--propagation", "private", "cat").start();
    try (var input = child.outputWriter();
        var output = child.inputReader()) {
      input.write("ready\n");
      input.flush();
      assertThat(output.readLine()).isEqualTo("ready");
      KernelMounts both = new KernelMounts(Path.of("/proc/" + child.pid()));
      mount();

      assertThat(both.all().stream().filter(this::isTarget)).hasSize(1);
      assertThat(both.everywhere().stream().filter(this::isTarget)).hasSize(1);
      assertThat(both.all().stream().filter(KernelMountsIT::isProc)).hasSize(1);
      assertThat(both.everywhere().stream().filter(KernelMountsIT::isProc)).hasSize(2);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void aNamespaceThatIsTheSameOrMayNotBeReadAddsNothing() throws Exception {
    for (String process : List.of("/proc/self", "/proc/0")) {
      KernelMounts both = new KernelMounts(Path.of(process));

      assertThat(both.everywhere().stream().filter(KernelMountsIT::isProc)).hasSize(1);
    }
  }

  private boolean isTarget(Mounts.Entry entry) {
    return entry.mountPoint().equals(target);
  }

  private static boolean isProc(Mounts.Entry entry) {
    return entry.mountPoint().equals(Path.of("/proc"));
  }

  private static void run(String tool, Object... arguments) throws IOException {
    String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
    Processes.run(Command.of(tool, words));
  }
}
