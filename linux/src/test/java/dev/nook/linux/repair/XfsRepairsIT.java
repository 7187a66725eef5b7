package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Output;
import dev.nook.linux.process.Processes;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage done to real images of XFS. That a log has to be replayed first is in the kernel's
/// contract, for it takes a mount. NOOK_REPAIR_FUZZ says how often chance does it.
class XfsRepairsIT {
  private static final int BLOCK = 4096;
  private static final int FUZZED =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_REPAIR_FUZZ")).orElse("4"));

  @TempDir Path folder;
  private final CagedRepairs repairs = new CagedRepairs();
  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "a file's words");
    StringBuilder files = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      files.append("file%d ---644 0 0 %s\n".formatted(i, file));
    }
    Path tree = folder.resolve("tree");
    Files.writeString(tree, "/\n0 0\nd--755 0 0\ndirectory d--755 0 0\n" + files + "$\n$\n");
    image = folder.resolve("image");
    Processes.run(
        Command.of("mkfs.xfs", "-q", "-f", "-p", tree.toString(), "-d")
            .with("file,size=300m,name=" + image));
  }

  private Repair mend() throws IOException {
    return repairs.mend(image, FileSystemType.XFS);
  }

  private String xfsDb(String... commands) throws IOException {
    Command db = Command.of("xfs_db", "-x", "-f");
    for (String each : commands) {
      db = db.with("-c", each);
    }
    return Processes.run(db.with(image.toString())).out();
  }

  private void write(long at, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  private void isSound() throws IOException {
    Output said = Processes.run(Command.of("xfs_repair", "-n", "-f", image.toString()));
    assertThat(said.exitCode()).isZero();
  }

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws IOException {
    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.CLEAN);
    assertThat(repair.problems()).isEmpty();
  }

  @Test
  void theHeaderOfAnAllocationGroupIsMadeAnewWithoutLoss() throws IOException {
    long blocks = Long.parseLong(xfsDb("sb 0", "print agblocks").replaceAll("\\D", ""));
    write(3 * blocks * BLOCK, new byte[BLOCK]);

    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED);
    assertThat(repair.problems()).extracting(Problem::code).containsOnly("phase 2");
    isSound();
  }

  @Test
  void lostInodesAreALossThoughTheExitCodeIsZero() throws IOException {
    String inode = xfsDb("sb 0", "print rootino").replaceAll("\\D", "");
    long at =
        Long.parseLong(
            xfsDb("convert ino " + inode + " fsblock").replaceAll(".*\\(|\\).*|\\s", ""));
    write(at * BLOCK + 8 * 512, new byte[16 * 512]);

    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED_WITH_LOSS);
    assertThat(repair.losses()).isNotEmpty();
    isSound();
  }

  @Test
  void garbageIsBeyondRepair() throws IOException {
    byte[] garbage = new byte[1 << 20];
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      random.nextBytes(garbage);
      write((long) i << 20, garbage);
    }

    assertThat(mend().outcome()).isEqualTo(Outcome.BEYOND_REPAIR);
  }

  @Test
  void whatChanceMakesOfMetadataEndsInAnOutcome() throws IOException {
    byte[] head = new byte[64 * BLOCK];
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      file.readFully(head);
    }
    Random random = new Random(FUZZED);
    for (int i = 0; i < FUZZED; i++) {
      write(0, head);
      for (int hit = 0; hit < 30; hit++) {
        byte[] bytes = new byte[1 + random.nextInt(64)];
        random.nextBytes(bytes);
        write(random.nextInt(head.length), bytes);
      }
      Repair repair = mend();
      if (repair.outcome().isSound()) {
        isSound();
      }
    }
  }

  @Test
  void aLimitThatEndsItIsTold() throws IOException {
    write(4096 * 4, new byte[BLOCK]);
    CagedRepairs small = new CagedRepairs(new Limits(24L << 20, Duration.ofSeconds(3), 64));

    assertThat(small.mend(image, FileSystemType.XFS).outcome()).isEqualTo(Outcome.STOPPED);
  }
}
