package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.format.HostFileSystems;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage done to real images of ext4, by name or by chance; the environment variable
/// NOOK_REPAIR_FUZZ says how often by chance.
class Ext4RepairsIT {
  private static final int BLOCK = 4096;
  private static final int FUZZED =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_REPAIR_FUZZ")).orElse("12"));

  @TempDir Path folder;
  private final CagedRepairs repairs = new CagedRepairs();
  private Path image;

  @BeforeEach
  void makeImage() throws IOException {
    Path tree = folder.resolve("tree");
    Files.createDirectories(tree.resolve("directory"));
    for (int i = 0; i < 40; i++) {
      Files.writeString(tree.resolve("directory/file" + i), "file " + i);
    }
    image = folder.resolve("image");
    Processes.run(
        Command.of("mkfs.ext4", "-q", "-F", "-b", "4096", "-I", "256", "-E", "nodiscard")
            .with("-d", tree.toString(), image.toString(), "32M"));
  }

  private Repair mend() throws IOException {
    return repairs.mend(image, FileSystemType.EXT4);
  }

  private String debugfs(String command) throws IOException {
    return Processes.run(Command.of("debugfs", "-w", "-R", command, image.toString())).out();
  }

  /// What is printed of the first group.
  private long block(String name) throws IOException {
    String stats = debugfs("stats");
    Matcher found = Pattern.compile(name + " at (\\d+)").matcher(stats);
    assertThat(found.find()).as(stats).isTrue();
    return Long.parseLong(found.group(1));
  }

  private void zero(long block) throws IOException {
    write(block * BLOCK, new byte[BLOCK]);
  }

  private void write(long at, byte[] bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(at);
      file.write(bytes);
    }
  }

  private void isSound() throws IOException {
    Processes.run(Command.of("e2fsck", "-f", "-n", image.toString()));
  }

  private int exitCodeOfPreening() throws IOException {
    Path copy = Files.copy(image, folder.resolve("copy"));
    Command preen = Command.of("e2fsck", "-f", "-p", copy.toString());
    return Processes.run(preen.accepting(0, 1, 2, 4, 8, 12)).exitCode();
  }

  private static List<String> codes(Repair repair) {
    return repair.problems().stream().map(Problem::code).toList();
  }

  @Test
  void nothingIsFoundWhereNothingIsWrong() throws IOException {
    byte[] before = Files.readAllBytes(image);

    assertThat(mend().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(mend().problems()).isEmpty();
    assertThat(Files.size(image)).isEqualTo(before.length);
  }

  @Test
  void theMarkOfAnErrorAloneIsForgotten() throws IOException {
    debugfs("ssv state 2");
    debugfs("ssv error_count 3");
    debugfs("ssv first_error_time 1");
    assertThat(errors().isDamage()).isTrue();

    assertThat(mend().outcome()).isEqualTo(Outcome.CLEAN);

    assertThat(errors().isDamage()).isFalse();
  }

  private ErrorState errors() throws IOException {
    return new HostFileSystems().errors(image, FileSystemType.EXT4);
  }

  @Test
  void bitmapsAndCountsAreMadeAnewWithoutLoss() throws IOException {
    long blocks = block("block bitmap");
    long inodes = block("inode bitmap");
    debugfs("ssv free_blocks_count 5");
    zero(blocks);
    zero(inodes);

    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED);
    assertThat(codes(repair))
        .isNotEmpty()
        .allMatch(code -> code.matches("0x05.*|0x00003f|0x000040"));
    isSound();
  }

  @Test
  void aLostInodeTableIsALossThoughTheExitCodeSaysMended() throws IOException {
    zero(block("inode table") + 1);
    assertThat(exitCodeOfPreening()).isEqualTo(1);

    Repair repair = mend();

    assertThat(repair.outcome()).isEqualTo(Outcome.MENDED_WITH_LOSS);
    assertThat(repair.losses()).isNotEmpty();
    isSound();
  }

  @Test
  void aFlippedDirectoryBitIsALoss() throws IOException {
    debugfs("sif /directory/file7 mode 040644");

    Repair repair = mend();

    assertThat(repair.outcome()).isEqualTo(Outcome.MENDED_WITH_LOSS);
    isSound();
  }

  @Test
  void aLostRootDirectoryIsALoss() throws IOException {
    zero(Long.parseLong(debugfs("bmap / 0").strip()));

    Repair repair = mend();

    assertThat(repair.outcome()).isEqualTo(Outcome.MENDED_WITH_LOSS);
    isSound();
  }

  @Test
  void orphansAreNoLoss() throws IOException {
    String inode = debugfs("stat /directory/file7").replaceAll("(?s)Inode: (\\d+).*", "$1");
    debugfs("unlink /directory/file7");
    debugfs("sif <" + inode + "> links_count 0");
    debugfs("ssv last_orphan " + inode);

    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED);
    assertThat(codes(repair)).contains("0x000020");
    isSound();
  }

  @Test
  void aRemovedLostAndFoundCrashesTheToolAndIsNoLoss() throws IOException {
    debugfs("rmdir /lost+found");

    Repair repair = mend();

    assertThat(repair.outcome()).as("%s", repair).isEqualTo(Outcome.MENDED);
    assertThat(codes(repair)).contains("0x030004");
    isSound();
  }

  @Test
  void aRemovedLostAndFoundHidesNoLoss() throws IOException {
    debugfs("rmdir /lost+found");
    zero(block("inode table") + 1);

    Repair repair = mend();

    assertThat(repair.outcome()).isEqualTo(Outcome.MENDED_WITH_LOSS);
    assertThat(repair.problems()).doesNotHaveDuplicates();
    isSound();
  }

  @Test
  void garbageIsBeyondRepair() throws IOException {
    byte[] garbage = new byte[32 << 20];
    new Random(1).nextBytes(garbage);
    write(0, garbage);

    Repair repair = mend();

    assertThat(repair.outcome()).isEqualTo(Outcome.BEYOND_REPAIR);
    assertThat(repair.output()).contains("Bad magic number");
  }

  @Test
  void whatChanceMakesOfMetadataEndsInAnOutcome() throws IOException {
    byte[] whole = Files.readAllBytes(image);
    Random random = new Random(FUZZED);
    Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
    for (int i = 0; i < FUZZED; i++) {
      Files.write(image, whole);
      for (int hit = 0; hit < 30; hit++) {
        byte[] bytes = new byte[1 + random.nextInt(64)];
        random.nextBytes(bytes);
        write(random.nextInt(300 * BLOCK), bytes);
      }
      Repair repair = mend();
      if (repair.outcome().isSound()) {
        isSound();
      }
      assertThat(Files.size(image)).isEqualTo(whole.length);
      outcomes.add(repair.outcome());
    }
    assertThat(outcomes).contains(Outcome.MENDED_WITH_LOSS);
  }
}
