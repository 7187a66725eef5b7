package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLoopDevicesIT {
  private static final long MIB = 1 << 20;
  private static final String LABEL = "loops-it-" + ProcessHandle.current().pid();
  private static final long LOOP_CTL_ADD = 0x4C80;
  private static final long LOOP_CTL_REMOVE = 0x4C81;
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKZEROOUT = 0x127F;

  @TempDir Path directory;
  private final KernelLoopDevices loops = new KernelLoopDevices();

  @AfterEach
  void nothingStaysAttached() throws IOException {
    List<Loop> ours =
        new ArrayList<>(loops.all().stream().filter(loop -> loop.label().equals(LABEL)).toList());
    Collections.reverse(ours);
    ours.sort((a, b) -> Long.compare(b.backingRdev(), a.backingRdev()));
    for (Loop loop : ours) {
      loops.detach(loop.device());
    }
  }

  private Path image(String name, long bytes) throws IOException {
    Path image = directory.resolve(name);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    return image;
  }

  private Loop attach(Path backing, Access access) throws IOException {
    return loops.attach(new Attach(backing, access, true, LABEL));
  }

  private static SystemCallException refusal(ThrowingCallable call) {
    return catchThrowableOfType(SystemCallException.class, call);
  }

  private static String queue(Loop loop, String attribute) throws IOException {
    return LoopNodes.sysfs(loop.device(), attribute).orElseThrow();
  }

  @Test
  void aDeviceShowsItsFileWithDirectIoAndLargeSectors() throws Exception {
    Path image = image("image", 16 * MIB);
    FileStatus file = Syscalls.lstat(image);

    Loop loop = attach(image, Access.READ_WRITE);

    assertThat(loop.backingDevice()).isEqualTo(file.device());
    assertThat(loop.backingInode()).isEqualTo(file.inode());
    assertThat(loop.backingRdev()).isZero();
    assertThat(loop.rdev()).isEqualTo(Syscalls.lstat(loop.device()).rdev());
    assertThat(loop.bytes()).isEqualTo(16 * MIB);
    assertThat(loop.readOnly()).isFalse();
    assertThat(loop.label()).isEqualTo(LABEL);
    assertThat(loop.directIo()).isTrue();
    assertThat(queue(loop, "loop/dio")).isEqualTo("1");
    assertThat(queue(loop, "queue/logical_block_size")).isEqualTo("4096");
    assertThat(loops.at(loop.device())).contains(loop);
    assertThat(loops.find(image, Access.READ_WRITE)).contains(loop);
    assertThat(new KernelLoopDevices().find(image, Access.READ_WRITE)).contains(loop);
    assertThat(loops.find(image, Access.READ_ONLY)).isEmpty();
    assertThat(loops.all()).contains(loop);
  }

  @Test
  void aSecondAttachmentIsRefusedNamingTheFirst() throws Exception {
    Path image = image("image", MIB);
    Path otherName = Files.createLink(directory.resolve("other-name"), image);
    Loop loop = attach(image, Access.READ_WRITE);

    SystemCallException refusal = refusal(() -> attach(otherName, Access.READ_WRITE));

    assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
    assertThat(refusal).hasMessageContaining(loop.device().toString());
    assertThat(refusal(() -> new KernelLoopDevices().attach(wanted(image))).errno())
        .isEqualTo(Errno.EBUSY);
  }

  private static Attach wanted(Path image) {
    return new Attach(image, Access.READ_WRITE, true, LABEL);
  }

  @Test
  void whatIsNoFileIsNotAttached() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), image("image", MIB));
    String longLabel = "x".repeat(64);

    assertThat(refusal(() -> attach(directory.resolve("absent"), Access.READ_WRITE)).errno())
        .isEqualTo(Errno.ENOENT);
    assertThat(refusal(() -> attach(link, Access.READ_WRITE)).errno()).isEqualTo(Errno.ELOOP);
    assertThat(refusal(() -> attach(directory, Access.READ_ONLY)).errno()).isEqualTo(Errno.EINVAL);
    assertThatThrownBy(() ->
            loops.attach(
                new Attach(directory.resolve("image"), Access.READ_WRITE, true, longLabel)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(loops.find(directory.resolve("image"), Access.READ_WRITE)).isEmpty();
    assertThat(loops.find(directory.resolve("absent"), Access.READ_WRITE)).isEmpty();
  }

  @Test
  void onlyALoopDeviceIsAskedAboutOrDetached() throws Exception {
    Path image = image("image", MIB);

    assertThat(refusal(() -> loops.at(Path.of("/dev/null"))).errno()).isEqualTo(Errno.ENOTTY);
    assertThat(refusal(() -> loops.detach(image)).errno()).isEqualTo(Errno.ENOTTY);
    assertThat(refusal(() -> loops.resize(Path.of("/dev/null"))).errno()).isEqualTo(Errno.ENOTTY);
  }

  @Test
  void aDetachedDeviceIsFreeAndDetachingItAgainIsFine() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image, Access.READ_WRITE);

    loops.detach(loop.device());
    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();

    Loop again = attach(image, Access.READ_WRITE);
    loops.detach(again.device());
    loops.detach(again.device());
    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();
  }

  @Test
  void aDeviceThatSomebodyHasOpenStaysAttachedEvenAfterTheyCloseIt() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image, Access.READ_WRITE);
    try (Fd _ = Syscalls.open(loop.device(), O_RDONLY)) {

      SystemCallException refusal = refusal(() -> loops.detach(loop.device()));

      assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
      assertThat(refusal).hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
      assertThat(loops.at(loop.device())).contains(loop);
    }
    assertThat(loops.at(loop.device())).contains(loop);
    assertThat(queue(loop, "loop/autoclear")).isEqualTo("0");
    assertThat(queue(loop, "loop/dio")).isEqualTo("1");
  }

  @Test
  void aReadOnlyViewRefusesWritesAndHoldsTheDeviceBelow() throws Exception {
    Loop below = attach(image("image", MIB), Access.READ_WRITE);

    Loop view = attach(below.device(), Access.READ_ONLY);

    assertThat(view.readOnly()).isTrue();
    assertThat(view.backingRdev()).isEqualTo(below.rdev());
    assertThat(loops.find(below.device(), Access.READ_ONLY)).contains(view);
    assertThat(refusal(() -> attach(below.device(), Access.READ_ONLY)).errno())
        .isEqualTo(Errno.EBUSY);
    assertThat(refusal(() -> write(view.device())).errno()).isEqualTo(Errno.EPERM);
    assertThat(refusal(() -> loops.detach(below.device())))
        .hasMessageContaining(view.device() + " (a loop device over it)");
    write(below.device());
  }

  private static void write(Path device) throws SystemCallException {
    try (Fd fd = Syscalls.open(device, O_RDWR)) {
      Syscalls.pwrite(fd, ByteBuffer.allocate(4096), 0);
      Syscalls.fsync(fd);
    }
  }

  @Test
  void aViewIsFoundBehindAnyNodeOfTheDeviceBelow() throws Exception {
    Loop below = attach(image("image", MIB), Access.READ_WRITE);
    Loop view = attach(below.device(), Access.READ_ONLY);
    Path node = directory.resolve("node");
    Syscalls.mknodBlock(node, 0600, below.rdev());

    assertThat(loops.find(node, Access.READ_ONLY)).contains(view);
  }

  @Test
  void aDeviceAndItsViewGrowWithTheFile() throws Exception {
    Path image = image("image", MIB);
    Loop below = attach(image, Access.READ_WRITE);
    Loop view = attach(below.device(), Access.READ_ONLY);
    image("image", 3 * MIB);

    assertThat(loops.resize(below.device())).isEqualTo(3 * MIB);
    assertThat(loops.at(view.device()).orElseThrow().bytes()).isEqualTo(MIB);
    assertThat(loops.resize(view.device())).isEqualTo(3 * MIB);
    assertThat(loops.at(below.device()).orElseThrow().bytes()).isEqualTo(3 * MIB);
  }

  @Test
  void resizingAFreeDeviceIsRefused() throws Exception {
    Loop loop = attach(image("image", MIB), Access.READ_WRITE);
    loops.detach(loop.device());

    assertThat(refusal(() -> loops.resize(Path.of("/dev/loop99999"))).errno())
        .isEqualTo(Errno.ENXIO);
  }

  @Test
  void manyCallersAtOnceGetOneDevice() throws IOException, InterruptedException {
    Path image = image("image", MIB);
    List<Callable<Loop>> callers = Collections.nCopies(64, () -> attach(image, Access.READ_WRITE));

    List<Loop> attached = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      attached.clear();
      int refused = 0;
      try (var threads = Executors.newFixedThreadPool(callers.size())) {
        for (Future<Loop> answer : threads.invokeAll(callers)) {
          try {
            attached.add(answer.get());
          } catch (ExecutionException e) {
            assertThat(e).cause().hasMessageEndingWith("(EBUSY)");
            refused++;
          }
        }
      }

      assertThat(attached).hasSize(1);
      assertThat(refused).isEqualTo(63);
      assertThat(loops.all().stream().filter(loop -> loop.label().equals(LABEL))).hasSize(1);
      loops.detach(attached.getFirst().device());
    }
  }

  @Test
  void differentFilesAttachedAtOnceGetADeviceEach()
      throws ExecutionException, IOException, InterruptedException {
    List<Callable<Loop>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Path image = image("image" + i, MIB);
      callers.add(() -> attach(image, Access.READ_WRITE));
    }

    List<Path> devices = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(callers.size())) {
      for (Future<Loop> answer : threads.invokeAll(callers)) {
        devices.add(answer.get().device());
      }
    }

    assertThat(devices).doesNotHaveDuplicates();
  }

  @Test
  void anUnlinkedFileIsStillToldByItsInode() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image, Access.READ_WRITE);
    Files.delete(image);
    image("image", MIB);

    assertThat(loops.at(loop.device())).contains(loop);
    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();
    loops.detach(loop.device());
    assertThat(loops.at(loop.device())).isNotEqualTo(loop);
  }

  @Test
  void aHintThatHasGoneStaleMisleadsNobody() throws Exception {
    Path first = image("first", MIB);
    Path second = image("second", MIB);
    Loop loop = attach(first, Access.READ_WRITE);
    KernelLoopDevices others = new KernelLoopDevices();
    others.detach(loop.device());
    others.attach(wanted(second));

    assertThat(loops.find(first, Access.READ_WRITE)).isEmpty();
    assertThat(attach(first, Access.READ_WRITE).backingInode())
        .isEqualTo(Syscalls.lstat(first).inode());
  }

  @Test
  void aMissingNodeIsMade() throws Exception {
    Loop loop = attach(image("image", MIB), Access.READ_WRITE);
    Files.delete(loop.device());

    assertThat(loops.at(loop.device())).contains(loop);
    assertThat(Syscalls.lstat(loop.device()).rdev()).isEqualTo(loop.rdev());
  }

  @Test
  void aRemovedDeviceIsFree() throws Exception {
    int number = 90_000 + (int) (ProcessHandle.current().pid() % 9_000);
    Path node = LoopNodes.node(number);
    try (Fd control = Syscalls.open(Path.of("/dev/loop-control"), O_RDWR)) {
      Syscalls.ioctl("LOOP_CTL_ADD", control, LOOP_CTL_ADD, number);
      assertThat(loops.at(node)).isEmpty();
      Syscalls.ioctl("LOOP_CTL_REMOVE", control, LOOP_CTL_REMOVE, number);
    }

    assertThat(loops.at(node)).isEmpty();
    loops.detach(node);
    assertThat(Files.exists(node)).isFalse();
  }

  @Test
  void withoutDiscardsAFullFileStaysFull() throws Exception {
    Path image = image("image", 4 * MIB);
    try (Fd fd = Syscalls.open(image, O_RDWR)) {
      Syscalls.fallocate(fd, 0, 4 * MIB);
    }
    long allocated = Syscalls.lstat(image).allocatedBytes();
    Loop loop = loops.attach(new Attach(image, Access.READ_WRITE, false, LABEL));

    assertThat(queue(loop, "queue/discard_max_bytes")).isEqualTo("0");
    assertThat(refusal(() -> everything(loop, BLKDISCARD)).errno()).isEqualTo(Errno.EOPNOTSUPP);
    assertThatThrownBy(() -> Processes.run(punch(loop))).isInstanceOf(Processes.Failed.class);
    everything(loop, BLKZEROOUT);
    assertThat(Syscalls.lstat(image).allocatedBytes()).isEqualTo(allocated);
  }

  @Test
  void withDiscardsAFileGivesItsBlocksBack() throws Exception {
    Path image = image("image", 4 * MIB);
    try (Fd fd = Syscalls.open(image, O_RDWR)) {
      Syscalls.fallocate(fd, 0, 4 * MIB);
    }
    Loop loop = attach(image, Access.READ_WRITE);

    everything(loop, BLKDISCARD);

    assertThat(Syscalls.lstat(image).allocatedBytes()).isZero();
  }

  private static Command punch(Loop loop) {
    return Command.of("fallocate", "--punch-hole", "--offset", "0", "--length", "1MiB")
        .with(loop.device().toString());
  }

  @Test
  void nobodyInheritsADeviceWithoutDiscards() throws Exception {
    Path image = image("image", MIB);
    Loop loop = loops.attach(new Attach(image, Access.READ_WRITE, false, LABEL));
    loops.detach(loop.device());

    Loop next = attach(image, Access.READ_WRITE);

    assertThat(queue(next, "queue/discard_max_bytes")).isNotEqualTo("0");
  }

  @Test
  void aFreeDeviceThatSomebodyLeftWithoutDiscardsIsMadeAnew() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image, Access.READ_WRITE);
    loops.detach(loop.device());
    Discards.refuse(loop.device());

    Loop next = attach(image, Access.READ_WRITE);

    assertThat(queue(next, "queue/discard_max_bytes")).isNotEqualTo("0");
  }

  private static void everything(Loop loop, long request) throws SystemCallException {
    byte[] range =
        ByteBuffer.allocate(16)
            .order(java.nio.ByteOrder.nativeOrder())
            .putLong(0)
            .putLong(loop.bytes())
            .array();
    try (Fd fd = Syscalls.open(loop.device(), O_RDWR)) {
      Syscalls.ioctl("discard", fd, request, range);
    }
  }
}
