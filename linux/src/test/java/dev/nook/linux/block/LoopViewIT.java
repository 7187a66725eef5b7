package dev.nook.linux.block;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LoopViewIT extends RealLoops {
  @Test
  void aReadOnlyViewRefusesWritesAndHoldsTheDeviceBelow() throws Exception {
    Loop below = attach(image("image", MIB));

    Loop view = view(below.device());

    assertThat(view.readOnly()).isTrue();
    assertThat(view.backingRdev()).isEqualTo(below.rdev());
    assertThat(loops.find(below.device(), Access.READ_ONLY)).contains(view);
    assertThat(view(below.device()).device()).isNotEqualTo(view.device());
    assertThat(errno(() -> write(view.device()))).isEqualTo(Errno.EPERM);
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
    Loop below = attach(image("image", MIB));
    Loop view = view(below.device());
    Path node = directory.resolve("node");
    Syscalls.mknodBlock(node, 0600, below.rdev());

    assertThat(loops.find(node, Access.READ_ONLY)).contains(view);
  }

  @Test
  void aDeviceAndItsViewGrowWithTheFile() throws Exception {
    Path image = image("image", MIB);
    Loop below = attach(image);
    Loop view = view(below.device());
    image("image", 3 * MIB);

    assertThat(loops.resize(below.device())).isEqualTo(3 * MIB);
    assertThat(loops.at(view.device()).orElseThrow().bytes()).isEqualTo(MIB);
    assertThat(loops.resize(view.device())).isEqualTo(3 * MIB);
    assertThat(loops.at(below.device()).orElseThrow().bytes()).isEqualTo(3 * MIB);
  }

  @Test
  void resizingADeviceThatIsNotThereIsRefused() throws Exception {
    assertThat(errno(() -> loops.resize(Path.of("/dev/loop99999")))).isEqualTo(Errno.ENXIO);
  }
}
