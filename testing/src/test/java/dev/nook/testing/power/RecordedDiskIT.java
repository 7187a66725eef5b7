package dev.nook.testing.power;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.testing.power.WriteLog.Entry;
import dev.nook.testing.power.WriteLog.Kind;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests that the disk sees what filesystems write and when they flush, and that what it leaves
/// after a power cut is what a filesystem must survive.
@RealKernel
@Timeout(60)
class RecordedDiskIT {
  private static final long BYTES = 64L << 20;
  private static final byte[] WORD = "written and synced".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temporary;

  private Linux linux;
  private Path folder;
  private Leftovers leftovers;
  private RecordedDisk disk;

  @BeforeEach
  void start() throws IOException {
    linux = RealPool.linux();
    folder = temporary.toRealPath();
    leftovers = Leftovers.since(linux, folder);
    disk = RecordedDisk.create(linux, folder, BYTES);
  }

  @AfterEach
  void stop() throws IOException {
    disk.close();
    leftovers.assertNone();
  }

  @Test
  void whatIsSyncedLiesBeforeAFlush() throws IOException {
    Loop loop = attach(disk.file());
    Processes.run(Command.of("mkfs.ext4", "-q", loop.device().toString()));
    Path shown = Files.createDirectory(folder.resolve("shown"));
    linux.mounts().mount(loop.device(), shown, FileSystemType.EXT4, MountFlags.NONE);
    List<Long> moments = new ArrayList<>();
    try (FileChannel file =
        FileChannel.open(
            shown.resolve("file"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int i = 0; i < 5; i++) {
        moments.add(disk.position());
        int _ = file.write(ByteBuffer.wrap(WORD), i * 4096L);
        file.force(true);
      }
    }
    moments.add(disk.position());
    linux.mounts().unmount(shown);
    linux.loops().detach(loop.device());

    try (WriteLog log = WriteLog.open(disk.log())) {
      for (int i = 0; i < 5; i++) {
        List<Entry> synced = between(log, moments.get(i), moments.get(i + 1));
        assertThat(synced).extracting(Entry::kind).contains(Kind.WRITE);
        assertThat(synced.getLast().kind()).isEqualTo(Kind.FLUSH);
        assertThat(holds(log, synced)).as("the synced bytes are among what was written").isTrue();
      }
    }
  }

  private static List<Entry> between(WriteLog log, long from, long to) throws IOException {
    return log.entries().stream()
        .filter(entry -> entry.position() >= from && entry.end() <= to)
        .toList();
  }

  private static boolean holds(WriteLog log, List<Entry> entries) throws IOException {
    for (Entry entry : entries) {
      if (entry.kind() == Kind.WRITE
          && log.content(entry, 0, WORD.length).equals(ByteBuffer.wrap(WORD))) {
        return true;
      }
    }
    return false;
  }

  private Loop attach(Path file) throws IOException {
    return linux.loops().attach(new Attach(file, Access.READ_WRITE, true, RealPool.LABEL));
  }

  @Test
  void aDiskGivesBackWhatItWasTold() throws IOException {
    Loop loop = attach(disk.file());
    byte[] random = new byte[1 << 20];
    new SplittableRandom(1).nextBytes(random);
    try (FileChannel device = FileChannel.open(loop.device(), StandardOpenOption.WRITE)) {
      int _ = device.write(ByteBuffer.wrap(random), 4096);
      device.force(true);
    }
    Processes.run(Command.of("blkdiscard", "-o", "8192", "-l", "4096", loop.device().toString()));
    linux.loops().detach(loop.device());

    Loop again = attach(disk.file());
    ByteBuffer read = ByteBuffer.allocate(random.length);
    try (FileChannel device = FileChannel.open(again.device(), StandardOpenOption.READ)) {
      int _ = device.read(read, 4096);
    }
    linux.loops().detach(again.device());
    Arrays.fill(random, 4096, 8192, (byte) 0);
    assertThat(read.array()).isEqualTo(random);
  }
}
