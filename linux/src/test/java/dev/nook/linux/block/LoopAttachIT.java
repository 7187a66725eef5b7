package dev.nook.linux.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class LoopAttachIT extends RealLoops {
  @Test
  void aDeviceShowsItsFileWithDirectIoAndLargeSectors() throws Exception {
    Path image = image("image", 16 * MIB);
    FileStatus file = Syscalls.lstat(image);

    Loop loop = attach(image);

    assertThat(loop.backingDevice()).isEqualTo(file.device());
    assertThat(loop.backingInode()).isEqualTo(file.inode());
    assertThat(loop.backingRdev()).isZero();
    assertThat(loop.rdev()).isEqualTo(Syscalls.lstat(loop.device()).rdev());
    assertThat(loop.bytes()).isEqualTo(16 * MIB);
    assertThat(loop.readOnly()).isFalse();
    assertThat(loop.label()).isEqualTo(LABEL);
    assertThat(loop.directIo()).isTrue();
    assertThat(sysfs(loop, "loop/dio")).isEqualTo("1");
    assertThat(sysfs(loop, "queue/logical_block_size")).isEqualTo("4096");
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
    Loop loop = attach(image);

    SystemCallException refusal = refusal(() -> attach(otherName));

    assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
    assertThat(refusal).hasMessageContaining(loop.device().toString());
    assertThat(errno(() -> new KernelLoopDevices().attach(wanted(image)))).isEqualTo(Errno.EBUSY);
  }

  @Test
  void whatIsNoFileIsNotAttached() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), image("image", MIB));
    String longLabel = "x".repeat(64);

    assertThat(errno(() -> attach(directory.resolve("absent")))).isEqualTo(Errno.ENOENT);
    assertThat(errno(() -> attach(link))).isEqualTo(Errno.ELOOP);
    assertThat(errno(() -> view(directory))).isEqualTo(Errno.EINVAL);
    assertThatThrownBy(() ->
            loops.attach(
                new Attach(directory.resolve("image"), Access.READ_WRITE, true, longLabel)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(loops.find(directory.resolve("image"), Access.READ_WRITE)).isEmpty();
  }

  @Test
  void manyCallersAtOnceGetOneDevice() throws IOException, InterruptedException {
    Path image = image("image", MIB);
    List<Callable<Loop>> callers = Collections.nCopies(64, () -> attach(image));

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
      assertThat(ours()).hasSize(1);
      loops.detach(attached.getFirst().device());
    }
  }

  @Test
  void differentFilesAttachedAtOnceGetADeviceEach()
      throws ExecutionException, IOException, InterruptedException {
    List<Callable<Loop>> callers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      Path image = image("image" + i, MIB);
      callers.add(() -> attach(image));
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
    Loop loop = attach(image);
    Files.delete(image);

    assertThat(loops.find(image, Access.READ_WRITE)).isEmpty();
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
    Loop loop = attach(first);
    KernelLoopDevices others = new KernelLoopDevices();
    others.detach(loop.device());
    others.attach(wanted(second));

    assertThat(loops.find(first, Access.READ_WRITE)).isEmpty();
    assertThat(attach(first).backingInode()).isEqualTo(Syscalls.lstat(first).inode());
  }
}
