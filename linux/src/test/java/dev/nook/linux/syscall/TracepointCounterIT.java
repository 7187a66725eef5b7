package dev.nook.linux.syscall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TracepointCounterIT {
  private static final Path HERE = Path.of(".");

  @Test
  void systemCallsOfThisThreadAndItsDescendantsAreCountedAndNoOthers()
      throws ExecutionException, InterruptedException, IOException {
    FileStatus _ = Syscalls.stat(HERE); // What is loaded once has been loaded.
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      other.submit(() -> Syscalls.stat(HERE)).get();
      try (TracepointCounter counter = TracepointCounter.ofSystemCalls()) {
        long before = counter.count();
        for (int i = 0; i < 100; i++) {
          FileStatus _ = Syscalls.stat(HERE);
        }
        long own = counter.count() - before;
        other
            .submit(() -> {
              for (int i = 0; i < 10_000; i++) {
                FileStatus _ = Syscalls.stat(HERE);
              }
              return true;
            })
            .get();
        try (ExecutorService child = Executors.newSingleThreadExecutor()) {
          child
              .submit(() -> {
                for (int i = 0; i < 1_000; i++) {
                  FileStatus _ = Syscalls.stat(HERE);
                }
                return true;
              })
              .get();
        }
        long all = counter.count() - before;

        assertThat(own).isBetween(101L, 120L);
        assertThat(all).isBetween(1_100L, 2_000L);
      }
    }
  }

  @Test
  void processesAreCountedAndThreadsAreNot() throws IOException, InterruptedException {
    try (TracepointCounter counter = TracepointCounter.ofProcesses()) {
      Thread thread = new Thread(() -> {});
      thread.start();
      thread.join();
      assertThat(counter.count()).isZero();

      var _ = Processes.run(Command.of("true"));

      assertThat(counter.count()).isEqualTo(1);
    }
  }

  @Test
  void whatMakesSomethingDurableIsCountedAndOtherCallsAreNot() throws IOException {
    try (TracepointCounter counter = TracepointCounter.ofSyncs();
        Fd here = Syscalls.open(HERE, OpenFlag.O_RDONLY)) {
      FileStatus _ = Syscalls.stat(HERE);
      assertThat(counter.count()).isZero();

      Syscalls.fsync(here);
      Syscalls.syncfs(here);

      assertThat(counter.count()).isEqualTo(2);
    }
  }

  @Test
  void bytesOfPseudoFilesAreCounted() throws IOException {
    long before = PseudoFile.bytesRead();

    byte[] table = PseudoFile.read(Path.of("/proc/self/mountinfo"));
    byte[] attribute = PseudoFile.attribute(Path.of("/sys/kernel/uevent_seqnum"));

    assertThat(PseudoFile.bytesRead() - before).isEqualTo(table.length + attribute.length);
    assertThat(table).endsWith((byte) '\n');
    assertThat(attribute).endsWith((byte) '\n');
  }
}
