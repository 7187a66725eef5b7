package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LoopDetachIT extends RealLoops {
  private static final long LOOP_CTL_ADD = 0x4C80;
  private static final long LOOP_CTL_REMOVE = 0x4C81;

  @Test
  void onlyALoopDeviceIsAskedAboutOrDetached() throws Exception {
    Path image = image("image", MIB);

    assertThat(errno(() -> loops.at(Path.of("/dev/null")))).isEqualTo(Errno.ENOTTY);
    assertThat(errno(() -> loops.detach(image))).isEqualTo(Errno.ENOTTY);
    assertThat(errno(() -> loops.resize(Path.of("/dev/null")))).isEqualTo(Errno.ENOTTY);
  }

  @Test
  void aDetachedDeviceIsFreeAndDetachingItAgainIsFine() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image);

    loops.detach(loop.device());
    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();

    Loop again = attach(image);
    loops.detach(again.device());
    loops.detach(again.device());
    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();
  }

  @Test
  void aDeviceThatSomebodyHasOpenStaysAttachedEvenAfterTheyCloseIt() throws Exception {
    Path image = image("image", MIB);
    Loop loop = attach(image);
    try (Fd _ = Syscalls.open(loop.device(), O_RDONLY)) {

      SystemCallException refusal = refusal(() -> loops.detach(loop.device()));

      assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
      assertThat(refusal).hasMessageContaining("(pid " + ProcessHandle.current().pid() + ")");
      assertThat(loops.at(loop.device())).contains(loop);
    }
    assertThat(loops.at(loop.device())).contains(loop);
    assertThat(sysfs(loop, "loop/autoclear")).isEqualTo("0");
    assertThat(sysfs(loop, "loop/dio")).isEqualTo("1");
  }

  @Test
  void aMissingNodeIsMade() throws Exception {
    Loop loop = attach(image("image", MIB));
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
  void otherCallersWhoOnlyLookAtTheDeviceStopNoDetach() throws IOException, InterruptedException {
    Path image = image("image", MIB);
    AtomicBoolean done = new AtomicBoolean();
    Callable<Integer> look =
        () -> {
          int looks = 0;
          for (; !done.get(); looks++) {
            assertThat(loops.all()).isNotNull();
          }
          return looks;
        };

    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> looking = List.of(threads.submit(look), threads.submit(look));
      for (int i = 0; i < 50; i++) {
        loops.detach(attach(image).device());
      }
      done.set(true);
      assertThat(looking).allSatisfy(looks -> assertThat(looks.get()).isPositive());
    } finally {
      done.set(true);
    }
    assertThat(ours()).isEmpty();
  }
}
