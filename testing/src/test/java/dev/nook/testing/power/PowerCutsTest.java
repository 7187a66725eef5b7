package dev.nook.testing.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerCutsTest {
  private static final int BLOCK = 4096;
  private static final int BLOCKS = 8;

  @TempDir Path folder;

  @Test
  void whatWasFlushedStaysAndTheRestIsAnyPartOfWhatWasTold() throws IOException {
    Path log = folder.resolve("log");
    long moment;
    try (WriteLog told = WriteLog.create(log)) {
      told.write(0, blocks(1, 2));
      told.flush();
      told.write(0, blocks(2, 1));
      told.write(4 * BLOCK, blocks(3, 3));
      told.zero(BLOCK, BLOCK);
      moment = Files.size(log);
      told.flush();
    }

    Set<List<Integer>> seen = cut(log, moment, 300);

    assertThat(seen).as("nothing kept").contains(List.of(1, 1, 0, 0, 0, 0, 0, 0));
    assertThat(seen).as("all kept").contains(List.of(2, 0, 0, 0, 3, 3, 3, 0));
    assertThat(seen).as("only the last").contains(List.of(1, 0, 0, 0, 0, 0, 0, 0));
    assertThat(seen).as("torn").anySatisfy(disk -> assertThat(disk.subList(4, 7)).contains(0, 3));
    assertThat(seen)
        .allSatisfy(disk -> {
          assertThat(disk.get(0)).isIn(1, 2);
          assertThat(disk.get(1)).isIn(1, 0);
          assertThat(disk.subList(4, 7)).isSubsetOf(0, 3);
        });
  }

  @Test
  void aFlushThatWasAnsweredKeepsAllBeforeIt() throws IOException {
    Path log = folder.resolve("log");
    try (WriteLog told = WriteLog.create(log)) {
      told.write(0, blocks(1, 8));
      told.zero(0, BLOCK);
      told.flush();
    }

    assertThat(cut(log, Files.size(log), 20)).containsExactly(List.of(0, 1, 1, 1, 1, 1, 1, 1));
  }

  @Test
  void whatWasNotYetToldIsNotThere() throws IOException {
    Path log = folder.resolve("log");
    long moment;
    try (WriteLog told = WriteLog.create(log)) {
      told.write(0, blocks(1, 1));
      moment = Files.size(log) - 1;
      told.flush();
    }

    assertThat(cut(log, moment, 20)).containsExactly(List.of(0, 0, 0, 0, 0, 0, 0, 0));
  }

  private static ByteBuffer blocks(int value, int number) {
    byte[] bytes = new byte[number * BLOCK];
    Arrays.fill(bytes, (byte) value);
    return ByteBuffer.wrap(bytes);
  }

  /// Returns the disks that cuts at one moment leave, each block as one number.
  private Set<List<Integer>> cut(Path log, long moment, int times) throws IOException {
    Set<List<Integer>> seen = new HashSet<>();
    Path disk = folder.resolve("disk");
    try (PowerCuts cuts = PowerCuts.of(RealPool.linux(), log, folder, BLOCKS * BLOCK)) {
      for (int i = 0; i < times; i++) {
        String _ = cuts.cut(moment, new SplittableRandom(i), disk);
        seen.add(read(disk));
        Files.delete(disk);
      }
    }
    return seen;
  }

  private static List<Integer> read(Path disk) throws IOException {
    byte[] bytes = new KernelDisk().read(disk, BLOCKS * BLOCK);
    return IntStream.range(0, BLOCKS).mapToObj(block -> (int) bytes[block * BLOCK]).toList();
  }
}
