package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests that a checker ends within its cage, on a sparse filesystem with one MiB for each file in
/// it. Every fifth file is deleted, so that free space is fragmented. The environment variable
/// NOOK_REPAIR_FILES says how many files there are; a million make 1 TiB and take five minutes.
@RealKernel
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class LargeRepairIT {
  private static final int FILES =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_REPAIR_FILES")).orElse("2000"));
  private static final int IN_A_DIRECTORY = 1000;
  private static final String LABEL = "nook-large-repair-" + ProcessHandle.current().pid();
  private static final Set<String> TOOLS = Set.of("/usr/sbin/e2fsck", "/usr/sbin/xfs_repair");
  private static final Pattern PEAKS = Pattern.compile("Vm(Peak|HWM):\\s+(\\d+) kB");

  private final Linux linux = RealPool.linux();
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS"})
  void aLargeFilesystemIsMendedWithinTheCage(FileSystemType type)
      throws IOException, InterruptedException {
    Path image = folder.resolve("image");
    linux.disk().allocate(image, (long) FILES << 20, Allocation.SPARSE);
    linux.fileSystems().format(image, type, UUID.randomUUID(), Allocation.SPARSE);
    fill(image, type);
    Processes.run(wrongCount(type).with(image.toString()));

    Peaks peaks = Peaks.watch();
    Instant begun = Instant.now();
    Repair repair = linux.repairs().mend(image, type);

    System.out.printf(
        "%s, %d files: mended and verified in %d s; %s%n",
        type, FILES, Duration.between(begun, Instant.now()).toSeconds(), peaks.end());
    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED);
  }

  private static Command wrongCount(FileSystemType type) {
    return type == FileSystemType.EXT4
        ? Command.of("debugfs", "-w", "-R", "ssv free_blocks_count 5")
        : Command.of("xfs_db", "-x", "-f", "-c", "sb 0", "-c", "write -d fdblocks 5");
  }

  private void fill(Path image, FileSystemType type) throws IOException {
    Path mounted = Files.createDirectory(folder.resolve("mounted"));
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, LABEL));
    try {
      linux.mounts().mount(loop.device(), mounted, type, MountFlags.NONE);
      try {
        for (int made = 0; made < FILES; made += IN_A_DIRECTORY) {
          fillDirectory(mounted.resolve("d" + made));
        }
      } finally {
        linux.mounts().unmount(mounted);
      }
    } finally {
      linux.loops().detach(loop.device());
    }
  }

  private void fillDirectory(Path directory) throws IOException {
    Files.createDirectory(directory);
    byte[] content = new byte[1];
    for (int i = 0; i < IN_A_DIRECTORY * 5 / 4; i++) {
      Files.write(directory.resolve("f" + i), content);
    }
    linux.disk().syncFileSystem(directory);
    for (int i = 0; i < IN_A_DIRECTORY * 5 / 4; i += 5) {
      Files.delete(directory.resolve("f" + i));
    }
  }

  /// Looks for the checker among this process's children and notes its highest memory use.
  private static final class Peaks {
    private final Thread watcher = Thread.ofPlatform().daemon().unstarted(this::run);
    private volatile boolean ended;
    private long addressSpace;
    private long resident;

    static Peaks watch() {
      Peaks peaks = new Peaks();
      peaks.watcher.start();
      return peaks;
    }

    private void run() {
      while (!ended) {
        ProcessHandle.current()
            .descendants()
            .filter(each -> TOOLS.contains(each.info().command().orElse("")))
            .forEach(each -> note(Path.of("/proc", Long.toString(each.pid()), "status")));
        try {
          Thread.sleep(100);
        } catch (InterruptedException _) {
          return;
        }
      }
    }

    private void note(Path status) {
      try {
        Matcher peak = PEAKS.matcher(Files.readString(status));
        while (peak.find()) {
          long bytes = Long.parseLong(peak.group(2)) << 10;
          if (peak.group(1).equals("Peak")) {
            addressSpace = Math.max(addressSpace, bytes);
          } else {
            resident = Math.max(resident, bytes);
          }
        }
      } catch (IOException _) {
        // It has ended meanwhile.
      }
    }

    String end() throws InterruptedException {
      ended = true;
      watcher.join();
      return "its checker took %d MiB of address space, %d MiB resident"
          .formatted(addressSpace >> 20, resident >> 20);
    }
  }
}
