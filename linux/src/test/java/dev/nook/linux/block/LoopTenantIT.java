package dev.nook.linux.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a tenant of a block volume can do to its device, and what others see of that.
class LoopTenantIT extends RealLoops {
  @Test
  void aViewThatWasMadeToShowAnotherFileIsNoViewAnyMoreAndReachesNobodyElse()
      throws IOException, InterruptedException {
    Loop below = attach(image("image", MIB));
    Loop view = view(below.device());
    Loop another = view(below.device());

    Tenant.does("change", view.device().toString(), image("forged", MIB).toString());

    assertThat(loops.isStill(view)).isFalse();
    assertThat(loops.at(view.device()).orElseThrow().backingRdev()).isZero();
    assertThat(loops.isStill(another)).isTrue();
    assertThat(loops.at(another.device())).contains(another);
  }

  @Test
  void aLabelThatATenantSetsIsNotTakenUpAndItsDeviceStaysAttached()
      throws IOException, InterruptedException {
    Loop loop = attach(image("image", MIB));
    try (Fd _ = Syscalls.open(loop.device(), OpenFlag.O_RDONLY)) {

      Tenant.does("set-status", loop.device().toString(), "victim", "0");

      assertThat(loops.at(loop.device())).contains(loop);
      assertThat(sysfs(loop, "loop/autoclear")).isEqualTo("1");
      assertThat(loops.verify(loop.device(), true)).isEqualTo(loop);
      assertThat(sysfs(loop, "loop/autoclear")).isEqualTo("0");
    }
    assertThat(loops.isStill(loop)).isTrue();
    assertThat(new KernelLoopDevices().all())
        .filteredOn(one -> one.device().equals(loop.device()))
        .singleElement()
        .extracting(Loop::backingInode)
        .isEqualTo(loop.backingInode());
  }

  @Test
  void aDeviceThatATenantMovedWithinItsFileIsRefused() throws IOException, InterruptedException {
    Loop loop = attach(image("image", MIB));
    try (Fd _ = Syscalls.open(loop.device(), OpenFlag.O_RDONLY)) {
      Tenant.does("set-status", loop.device().toString(), "x", "4096");

      assertThat(refusal(() -> loops.verify(loop.device(), true)))
          .hasMessageContaining("offset 4096");
    }
  }

  @Test
  void theNumberOfADeviceThatATenantFreedGoesToNoNextVolume()
      throws IOException, InterruptedException {
    Path image = image("image", MIB);
    Loop loop = attach(image);

    Tenant.does("clear", loop.device().toString());

    assertThat(loops.at(loop.device())).isEmpty();
    assertThat(loops.isStill(loop)).isFalse();
    for (int i = 0; i < 20; i++) {
      Loop next = attach(image("next" + i, MIB));
      assertThat(next.device()).isNotEqualTo(loop.device());
    }
    assertThat(attach(image).device()).isNotEqualTo(loop.device());
    LoopNumbers.remove(LoopNodes.number(loop.device()));
  }

  @Test
  void whatAKilledDriverOrAHandLeftIsPutRightOrRefused() throws IOException {
    Path image = image("image", MIB);
    Loop loop = attach(image);
    Processes.run(Command.of("losetup", "--direct-io=off", loop.device().toString()));
    assertThat(sysfs(loop, "loop/dio")).isEqualTo("0");

    assertThat(loops.verify(loop.device(), false).directIo()).isTrue();
    assertThat(sysfs(loop, "queue/discard_max_bytes")).isEqualTo("0");
    loops.detach(loop.device());

    Path small = Files.copy(image, directory.resolve("small"));
    Path device = Path.of("/dev/loop" + new LoopNumbers().add());
    Processes.run(
        Command.of("losetup", "--sector-size", "512", device.toString(), small.toString()));
    assertThat(errno(() -> loops.verify(device, true))).isEqualTo(Errno.EINVAL);
    loops.detach(device);
  }
}
