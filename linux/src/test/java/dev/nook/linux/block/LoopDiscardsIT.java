package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoopDiscardsIT extends RealLoops {
  private static final long BLKDISCARD = 0x1277;
  private static final long BLKZEROOUT = 0x127F;

  @Test
  void withoutDiscardsAFullFileStaysFull() throws Exception {
    Path image = image("image", 4 * MIB);
    try (Fd fd = Syscalls.open(image, O_RDWR)) {
      Syscalls.fallocate(fd, 0, 4 * MIB);
    }
    long allocated = Syscalls.lstat(image).allocatedBytes();
    Loop loop = loops.attach(withoutDiscards(image));

    assertThat(sysfs(loop, "queue/discard_max_bytes")).isEqualTo("0");
    assertThat(errno(() -> everything(loop, BLKDISCARD))).isEqualTo(Errno.EOPNOTSUPP);
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
    Loop loop = attach(image);

    everything(loop, BLKDISCARD);

    assertThat(Syscalls.lstat(image).allocatedBytes()).isZero();
  }

  @Test
  void nobodyInheritsADeviceWithoutDiscards() throws Exception {
    Path image = image("image", MIB);
    Loop loop = loops.attach(withoutDiscards(image));
    loops.detach(loop.device());

    Loop next = attach(image);

    assertThat(sysfs(next, "queue/discard_max_bytes")).isNotEqualTo("0");
  }

  @Test
  void aFreeDeviceThatSomebodyLeftWithoutDiscardsIsMadeAnew() throws Exception {
    int left = leftWithoutDiscards();

    Loop next = attach(image("image", MIB));

    assertThat(sysfs(next, "queue/discard_max_bytes")).isNotEqualTo("0");
    LoopNumbers.remove(left);
  }

  @Test
  void aReadOnlyViewIsNoReasonToSwitchDiscardsOff() throws Exception {
    int left = leftWithoutDiscards();

    Loop view = view(image("image", MIB));

    assertThat(Discards.areRefused(view.device())).isFalse();
    LoopNumbers.remove(left);
  }

  private static int leftWithoutDiscards() throws IOException {
    int number = new LoopNumbers().add();
    Discards.refuse(LoopNodes.node(number));
    return number;
  }

  private static Command punch(Loop loop) {
    return Command.of("fallocate", "--punch-hole", "--offset", "0", "--length", "1MiB")
        .with(loop.device().toString());
  }

  private static void everything(Loop loop, long request) throws SystemCallException {
    byte[] range =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(0)
            .putLong(loop.bytes())
            .array();
    try (Fd fd = Syscalls.open(loop.device(), O_RDWR)) {
      Syscalls.ioctl("discard", fd, request, range);
    }
  }
}
