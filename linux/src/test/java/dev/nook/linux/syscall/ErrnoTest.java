package dev.nook.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void everyThreadSeesTheErrorOfItsOwnCall() throws ExecutionException, InterruptedException {
    Callable<Integer> absent =
        () -> wrong(Errno.ENOENT, () -> Syscalls.lstat(Path.of("/nothing/here")));
    Callable<Integer> notADirectory =
        () -> wrong(Errno.ENOTDIR, () -> Syscalls.lstat(Path.of("/dev/null/x")));
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      calls.add(i % 2 == 0 ? absent : notADirectory);
    }

    int wrong = 0;
    try (var threads = Executors.newFixedThreadPool(calls.size())) {
      for (Future<Integer> answer : threads.invokeAll(calls)) {
        wrong += answer.get();
      }
    }

    assertThat(wrong).isZero();
  }

  private static int wrong(Errno expected, Callable<?> call) throws Exception {
    int wrong = 0;
    for (int i = 0; i < 10_000; i++) {
      try {
        call.call();
        wrong++;
      } catch (SystemCallException e) {
        wrong += e.is(expected) ? 0 : 1;
      }
    }
    return wrong;
  }

  @Test
  void aNumberWithoutANameIsStillShown() {
    assertThat(new SystemCallException("ioctl", "/dev/x", 71))
        .hasMessage("ioctl /dev/x: unexpected error (errno 71)")
        .returns(Errno.OTHER, SystemCallException::errno);
  }

  @Test
  void bothArchitecturesHaveTheseNumbers() {
    for (Errno errno : EnumSet.complementOf(EnumSet.of(Errno.OTHER, Errno.EUCLEAN))) {
      assertThat(errno.number())
          .as(errno.name())
          .isEqualTo(jnr.constants.platform.linux.Errno.valueOf(errno.name()).intValue())
          .isEqualTo(jnr.constants.platform.linux.aarch64.Errno.valueOf(errno.name()).intValue());
    }
  }
}
