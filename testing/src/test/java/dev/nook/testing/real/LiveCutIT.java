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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests that a copy that is cut while a volume is written is crash-consistent: nothing that was
/// acknowledged before the cut is missing.
@RealKernel
class LiveCutIT {
  private static final int CUTS = 3;
  private static final String LABEL = "nook-live-cut-" + ProcessHandle.current().pid();

  private final Linux linux = RealPool.linux();
  @TempDir private Path folder;

  /// A copy of a volume, and how many records it must have.
  private record Cut(Path image, long acknowledged) {}

  @ParameterizedTest
  @CsvSource({"XFS,EXT4", "XFS,XFS", "BTRFS,EXT4", "BTRFS,XFS"})
  void everyCutOfAVolumeInUseMountsBesideItAndHoldsWhatWasAcknowledged(
      FileSystemType host, FileSystemType type)
      throws IOException, ExecutionException, InterruptedException {
    Leftovers leftovers = Leftovers.since(linux, folder, LABEL);
    try (RealPool pool = RealPool.create(folder, host, 4L << 30)) {
      Path image = pool.path().resolve("image");
      Path mounted = pool.path().resolve("mounted");
      linux.disk().allocate(image, 512L << 20, Allocation.SPARSE);
      linux.fileSystems().format(image, type, UUID.randomUUID(), Allocation.SPARSE);
      Loop loop = attach(image);
      linux.disk().makeDirectory(mounted);
      linux.mounts().mount(loop.device(), mounted, type, MountFlags.NONE);

      List<Cut> cuts = new ArrayList<>();
      try (Writers writers = Writers.start(mounted)) {
        for (int i = 0; i < CUTS; i++) {
          writers.awaitAnother(20);
          cuts.add(cut(image, mounted, loop, writers.acknowledged()));
        }
      }
      for (Cut cut : cuts) {
        renew(cut.image(), type);
        check(cut, pool.path().resolve("copy"), type);
      }
    }
    leftovers.assertNone();
  }

  private Loop attach(Path image) throws IOException {
    return linux.loops().attach(new Attach(image, Access.READ_WRITE, true, LABEL));
  }

  private Cut cut(Path image, Path mounted, Loop loop, long acknowledged) throws IOException {
    Path copy = image.resolveSibling("cut" + acknowledged);
    linux.disk().syncFileSystem(mounted);
    linux.loops().sync(loop.device());
    linux.disk().reflink(image, copy);
    linux.disk().sync(copy);
    return new Cut(copy, acknowledged);
  }

  private void renew(Path image, FileSystemType type) throws IOException {
    Loop loop = attach(image);
    linux.mounts().replayLog(loop.device(), type);
    linux.loops().detach(loop.device());
    linux.fileSystems().changeUuid(image, type, UUID.randomUUID());
  }

  private void check(Cut cut, Path mountPoint, FileSystemType type) throws IOException {
    fsck(cut.image(), type);
    Loop loop = attach(cut.image());
    linux.disk().makeDirectory(mountPoint);
    linux.mounts().mount(loop.device(), mountPoint, type, MountFlags.NONE);

    assertThat(Writers.recordsIn(mountPoint)).isGreaterThanOrEqualTo(cut.acknowledged());

    linux.mounts().unmount(mountPoint);
    linux.loops().detach(loop.device());
    linux.disk().remove(mountPoint);
    fsck(cut.image(), type);
  }

  /// Checks a filesystem; fails when there is anything to repair.
  private static void fsck(Path image, FileSystemType type) throws IOException {
    Processes.run(
        type == FileSystemType.EXT4
            ? Command.of("e2fsck", "-f", "-n", image.toString())
            : Command.of("xfs_repair", "-n", "-f", image.toString()));
  }
}
