package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.record.Layout;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests that a snapshot of a volume that is being written is crash-consistent and point-in-time.
/// The environment variable NOOK_LIVE_SNAPSHOTS says how many are made on each ground.
@RealKernel
class LiveSnapshotsIT {
  private static final int SNAPSHOTS =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_LIVE_SNAPSHOTS")).orElse("5"));

  private static final long BYTES = 384L << 20;

  enum Ground {
    EXT4_ON_XFS(Kind.EXT4, FileSystemType.XFS),
    XFS_ON_XFS(Kind.XFS, FileSystemType.XFS),
    EXT4_ON_BTRFS(Kind.EXT4, FileSystemType.BTRFS),
    XFS_ON_BTRFS(Kind.XFS, FileSystemType.BTRFS),
    DIRECTORY_ON_BTRFS(Kind.DIRECTORY, FileSystemType.BTRFS);

    private final Kind kind;
    private final FileSystemType pool;

    Ground(Kind kind, FileSystemType pool) {
      this.kind = kind;
      this.pool = pool;
    }
  }

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void everySnapshotUnderWriteIsWholeAndOfOneMoment(Ground ground)
      throws ExecutionException, InterruptedException, IOException, PoolHeld {
    try (RealRig rig = new RealRig(temporary.toRealPath(), ground.pool)) {
      rig.start();
      Wired volume = create(rig, ground.kind);

      LiveSnapshots snapshots;
      try (LiveWriters writers = new LiveWriters(volume.target())) {
        snapshots = new LiveSnapshots(rig, volume, writers);
        for (int i = 0; i < SNAPSHOTS; i++) {
          snapshots.take(i);
        }
      }

      System.out.printf("%s: %s%n", ground, snapshots);
      assertThat(snapshots.failures()).isEmpty();
      volume.unpublish().unstage();
      assertThat(rig.listed()).containsExactly(volume.id());
      assertThat(listedSnapshots(rig)).isEmpty();
      rig.checkPool();
    }
  }

  /// Tests the judge: it notices a copy that takes time while the writers go on.
  @ParameterizedTest
  @EnumSource(names = {"EXT4_ON_XFS", "XFS_ON_XFS"})
  void aCopyThatMixesMomentsIsNoticed(Ground ground)
      throws ExecutionException, InterruptedException, IOException, PoolHeld {
    try (RealRig rig = new RealRig(temporary.toRealPath(), ground.pool)) {
      var writing = new AtomicReference<LiveWriters>();
      Path volumes = new Layout(rig.pool()).volumes();
      rig.give(MixingCopies.of(rig.linux, volumes, () -> writing.get().await(20, 20)));
      rig.start();
      Wired volume = create(rig, ground.kind);

      LiveSnapshots snapshots;
      try (LiveWriters writers = new LiveWriters(volume.target())) {
        writing.set(writers);
        snapshots = new LiveSnapshots(rig, volume, writers);
        snapshots.take(0);
      }

      assertThat(snapshots.failures()).hasSize(1).first().asString().contains("intact record");
      volume.unpublish().unstage();
    }
  }

  private static Wired create(Rig rig, Kind kind) throws IOException {
    var made = rig.client().create("live", BYTES, kind.capability(), kind.parameters());
    return rig.wire("live", kind, made).stage().publish();
  }

  private static List<Csi.ListSnapshotsResponse.Entry> listedSnapshots(Rig rig) {
    var all = Csi.ListSnapshotsRequest.getDefaultInstance();
    return rig.client().controller().listSnapshots(all).getEntriesList();
  }
}
