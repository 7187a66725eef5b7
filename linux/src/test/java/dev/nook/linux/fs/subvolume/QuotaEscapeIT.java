package dev.nook.linux.fs.subvolume;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static java.nio.ByteOrder.nativeOrder;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.fs.disk.BtrfsIoctl;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.Tenant;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a pod without any privilege does to write past its limit, and what becomes of it.
class QuotaEscapeIT extends RealBtrfs {
  private static final Path MOST_EVENTS = Path.of("/proc/sys/fs/fanotify/max_queued_events");

  private Path other;

  @BeforeEach
  void makeTwoVolumes() throws IOException {
    other = home.resolve("other");
    for (Path each : new Path[] {volume, other}) {
      subvolumes.create(each, LIMIT);
      giveToPod(each);
    }
  }

  @Test
  void aSubvolumeThatInheritsNoGroupCountsToItsVolumeOnceItIsConfined()
      throws ExecutionException, IOException, InterruptedException {
    Tenant.does(() -> nest(volume, "n"));
    write("n/file", 3 * LIMIT);
    assertThat(subvolumes.quota(volume).usedBytes()).as("the escape").isLessThan(LIMIT);

    long next = subvolumes.confine(home, 0);

    assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThan(3 * LIMIT);
    assertThatThrownBy(() -> write("n/more", MIB)).hasMessageContaining("quota");
    assertThatThrownBy(() -> Tenant.does(() -> nest(volume, "m"))).hasMessageContaining("EDQUOT");
    assertThat(subvolumes.confine(home, next)).isEqualTo(next);
    subvolumes.delete(volume);
    assertThat(volume).doesNotExist();
  }

  @Test
  void aSubvolumeOfAnotherVolumesGroupSpendsNothingOfThatOnceItIsConfined()
      throws ExecutionException, IOException, InterruptedException {
    Tenant.does(() -> nest(volume, "n", QuotaGroups.groupOf(id(other))));
    write("n/file", LIMIT / 2);
    assertThat(subvolumes.quota(other).usedBytes()).as("the theft").isGreaterThan(LIMIT / 2);

    subvolumes.confine(home, 0);

    assertThat(subvolumes.quota(other).usedBytes()).isLessThan(MIB);
    assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThan(LIMIT / 2);
  }

  @Test
  void whatIsWrittenAndNotOnDiskYetIsCountedToo()
      throws ExecutionException, IOException, InterruptedException {
    Tenant.does(() -> nest(volume, "n"));
    Files.write(volume.resolve("n/file"), new byte[(int) (2 * LIMIT)]);

    subvolumes.confine(home, 0);

    assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThanOrEqualTo(2 * LIMIT);
  }

  @Test
  void nestedDeepAndSnapshotsAreConfinedAndOthersLeftAlone()
      throws ExecutionException, IOException, InterruptedException {
    Tenant.does(() -> {
      nest(volume, "n");
      nest(volume.resolve("n"), "deep");
    });
    subvolumes.snapshot(volume, home.resolve("snapshot"), true, 0);
    write("n/deep/file", 2 * LIMIT);

    subvolumes.confine(home, 0);

    assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThan(2 * LIMIT);
    assertThat(subvolumes.quota(other).usedBytes()).isLessThan(MIB);
    assertThat(subvolumes.confine(Path.of("/proc"), 7)).isEqualTo(7);
  }

  @Test
  void aLimitThatAPodGivesItsOwnSubvolumeKeepsNothingFromBeingDeleted()
      throws ExecutionException, IOException, InterruptedException {
    Tenant.does(() -> {
      try (Fd at = directory(volume)) {
        create(at, "n", 300_000);
      }
      try (Fd at = directory(volume.resolve("n"))) {
        BtrfsIoctl.createSubvolume(at, "inner");
      }
    });
    assertThatThrownBy(() -> write("n/file", MIB)).hasMessageContaining("quota");

    subvolumes.delete(volume);

    assertThat(volume).doesNotExist();
  }

  /// The kernel drops what its queue has no room for, and says that it did.
  @Test
  void aFloodOfEventsHidesNoSubvolume()
      throws ExecutionException, IOException, InterruptedException {
    int more = Integer.parseInt(Files.readString(MOST_EVENTS).strip()) + 1_000;
    for (int i = 0; i < more; i++) {
      Files.createDirectory(volume.resolve("d" + i));
    }
    try (Subvolumes.Watch watch = subvolumes.watch(home)) {
      for (int i = 0; i < more; i++) {
        Files.createDirectory(volume.resolve("d" + i).resolve("below"));
      }
      Tenant.does(() -> nest(volume, "n"));

      assertThat(watch.await(Duration.ofSeconds(1))).isTrue();
      assertThat(watch.await(Duration.ofMillis(50))).as("all is taken at once").isFalse();
      write("n/file", LIMIT / 2);
      subvolumes.confine(home, 0);
      assertThat(subvolumes.quota(volume).usedBytes()).isGreaterThan(LIMIT / 2);
    }
  }

  private void write(String file, long bytes) throws IOException {
    String path = volume.resolve(file).toString();
    asPod("dd", "if=/dev/zero", "of=" + path, "bs=1M", "count=" + bytes / MIB, "conv=fsync");
  }

  private static void nest(Path in, String name, long... groups) throws IOException {
    try (Fd at = directory(in)) {
      create(at, name, 0, groups);
    }
  }

  /// BTRFS_IOC_SUBVOL_CREATE_V2 with struct btrfs_qgroup_inherit: u64 flags, number of groups, 2 of
  /// copies, 5 of a limit, the groups.
  private static void create(Fd at, String name, long limit, long... groups) throws IOException {
    ByteBuffer inherit = ByteBuffer.allocateDirect(72 + 8 * groups.length).order(nativeOrder());
    inherit.putLong(0, limit == 0 ? 0 : 1).putLong(8, groups.length);
    inherit.putLong(32, limit == 0 ? 0 : 1).putLong(40, limit);
    for (int i = 0; i < groups.length; i++) {
      inherit.putLong(72 + 8 * i, groups[i]);
    }
    ByteBuffer arguments = ByteBuffer.allocate(4096).order(nativeOrder());
    arguments.putLong(16, 1 << 2).putLong(24, inherit.capacity());
    arguments.putLong(32, MemorySegment.ofBuffer(inherit).address());
    arguments.put(56, name.getBytes(US_ASCII));
    Syscalls.ioctl("BTRFS_IOC_SUBVOL_CREATE_V2", at, 0x50009418L, arguments.array());
    Reference.reachabilityFence(inherit);
  }

  private static Fd directory(Path path) throws IOException {
    return Syscalls.open(path, O_RDONLY, O_DIRECTORY);
  }

  private static long id(Path subvolume) throws IOException {
    try (Fd fd = directory(subvolume)) {
      return BtrfsIoctl.subvolumeId(fd);
    }
  }
}
