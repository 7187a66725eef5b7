package dev.nook.testing.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultsTest {
  @TempDir Path root;
  private FakeKernel kernel;

  @BeforeEach
  void boot() {
    kernel = new FakeKernel(root);
  }

  @Test
  void theNumberedCallFailsAndDoesNothingAndTheNextOneWorks() throws IOException {
    Faults faults = Faults.at(kernel.linux(), 2, Fault.ENOSPC);
    Disk disk = faults.linux().disk();

    disk.makeDirectory(root.resolve("a"));

    assertThat(faults.fired()).isFalse();
    assertThatThrownBy(() -> disk.makeDirectory(root.resolve("b")))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    assertThat(faults.fired()).isTrue();
    assertThat(disk.stat(root.resolve("b"))).isEmpty();
    disk.makeDirectory(root.resolve("b"));
  }

  @Test
  void aLastingFaultFailsEveryLaterCallOfEveryPort() {
    Faults faults = Faults.at(kernel.linux(), 1, Fault.EIO_FROM_HERE);

    assertThatThrownBy(() -> faults.linux().disk().list(root))
        .isInstanceOf(SystemCallException.class);
    assertThatThrownBy(() -> faults.linux().mounts().all()).isInstanceOf(SystemCallException.class);
  }

  @Test
  void aCrashBeforeACallLeavesItUndoneAndACrashAfterLeavesItDone() throws IOException {
    Faults before = Faults.at(kernel.linux(), 1, Fault.CRASH_BEFORE);
    Faults after = Faults.at(kernel.linux(), 1, Fault.CRASH_AFTER);

    assertThatThrownBy(() -> before.linux().disk().makeDirectory(root.resolve("before")))
        .isInstanceOf(Crash.class)
        .hasMessageContaining("Disk.makeDirectory");
    assertThatThrownBy(() -> after.linux().disk().makeDirectory(root.resolve("after")))
        .isInstanceOf(Crash.class);

    assertThat(kernel.linux().disk().stat(root.resolve("before"))).isEmpty();
    assertThat(kernel.linux().disk().stat(root.resolve("after"))).isPresent();
  }

  @Test
  void aDeadProcessDoesNothingMoreAndItsLocksAreFree() throws IOException {
    Faults faults = Faults.at(kernel.linux(), 2, Fault.CRASH_BEFORE);
    Disk disk = faults.linux().disk();
    Disk.Held lock = disk.tryLock(root.resolve("lock")).orElseThrow();
    assertThat(kernel.linux().disk().tryLock(root.resolve("lock"))).isEmpty();

    assertThatThrownBy(() -> disk.makeDirectory(root.resolve("a"))).isInstanceOf(Crash.class);

    assertThatThrownBy(() -> faults.linux().mounts().all()).isInstanceOf(Crash.class);
    assertThatThrownBy(lock::close).isInstanceOf(Crash.class);
    assertThat(kernel.linux().disk().tryLock(root.resolve("lock"))).isPresent();
  }

  @Test
  void closingALockIsACallToo() throws IOException {
    Faults faults = Faults.at(kernel.linux(), 2, Fault.EIO);
    Disk.Held lock = faults.linux().disk().tryLock(root.resolve("lock")).orElseThrow();

    assertThatThrownBy(lock::close).isInstanceOf(SystemCallException.class);

    assertThat(kernel.linux().disk().tryLock(root.resolve("lock"))).isPresent();
  }

  @Test
  void theLogNumbersTheCallsOfAllPorts() throws IOException {
    Faults faults = Faults.none(kernel.linux());

    faults.linux().disk().write(root.resolve("file"), new byte[3]);
    faults.linux().mounts().at(root);

    assertThat(faults.calls())
        .containsExactly(
            "1 Disk.write(%s, 3 bytes)".formatted(root.resolve("file")),
            "2 Mounts.at(%s)".formatted(root));
  }
}
