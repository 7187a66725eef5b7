package dev.nook.driver.serve;

import static dev.nook.client.CsiClient.fromSnapshot;
import static dev.nook.client.CsiClient.fromVolume;
import static dev.nook.driver.serve.ErrorConditions.OTHER_POOL;
import static dev.nook.driver.serve.ErrorConditions.TOO_MUCH;
import static org.assertj.core.api.Assertions.catchThrowable;

import csi.v1.Csi;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.store.PoolConfig;
import dev.nook.store.id.PoolName;
import dev.nook.testing.fake.FakeKernel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// Provokes the conditions of docs/errors.md about snapshots, restores and clones.
final class CopyConditions {
  private final ErrorConditions conditions;

  private CopyConditions(ErrorConditions conditions) {
    this.conditions = conditions;
  }

  static void addTo(ErrorConditions conditions) {
    var copies = new CopyConditions(conditions);
    copies.ofSources();
    copies.ofContent();
    copies.ofPools();
    copies.ofCopiesUnderWay();
  }

  private void ofSources() {
    conditions.add(
        "a source that does not exist",
        rig ->
            List.of(
                copy(rig, fromVolume("no-such-volume"), 0, Kind.XFS),
                copy(rig, fromSnapshot("no-such-snapshot"), 0, Kind.XFS),
                () -> rig.client().snapshot("s", "no-such-volume")));
    conditions.add(
        "a source that lives on another node",
        rig -> {
          String there = "b".repeat(8) + "-v-" + "b".repeat(26);
          return List.of(copy(rig, fromVolume(there), 0, Kind.XFS));
        });
    conditions.add(
        "the same snapshot name for another source",
        rig -> {
          rig.client().snapshot("s", rig.create("first", Kind.XFS).id());
          Wired second = rig.create("second", Kind.XFS);
          return List.of(() -> rig.client().snapshot("s", second.id()));
        });
  }

  private void ofContent() {
    conditions.add(
        "a restore or clone into another pool of this node, or of another shape than its source",
        rig -> {
          ErrorConditions.twoPools(rig);
          Wired source = rig.create("source", Kind.XFS);
          String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
          Map<String, String> elsewhere = Map.of("pool", OTHER_POOL.text());
          return List.of(
              copy(rig, fromSnapshot(snapshot), 0, Kind.XFS, elsewhere),
              copy(rig, fromVolume(source.id()), 0, Kind.XFS, elsewhere),
              copy(rig, fromSnapshot(snapshot), 0, Kind.BLOCK),
              copy(rig, fromVolume(source.id()), 0, Kind.EXT4));
        });
    conditions.add(
        "a restore or clone smaller than its source",
        rig -> copies(rig, rig.create("source", Kind.XFS), Kind.XFS.bytes() / 2));
    conditions.add(
        "a copy that the pool has too little space for",
        rig -> copies(rig, rig.create("source", Kind.XFS), TOO_MUCH));
    conditions.add(
        "a snapshot or clone of a volume in use whose own filesystem has failed",
        rig -> {
          Wired source = rig.create("source", Kind.XFS).stage().publish();
          ErrorConditions.failing(rig, Errno.EROFS, "syncFileSystem");
          return cuts(rig, source);
        });
    conditions.add(
        "a snapshot or clone of a directory with a btrfs subvolume inside, which would be lost",
        FakeKernel.Options.on(FileSystemType.BTRFS),
        rig -> {
          Wired source = rig.create("source", Kind.DIRECTORY).stage().publish();
          rig.linux.subvolumes().create(source.target().resolve("inside"), 1 << 20);
          return cuts(rig, source);
        });
  }

  private void ofPools() {
    conditions.add(
        "a snapshot or clone of a volume in use, in a pool without reflink or btrfs snapshots",
        FakeKernel.Options.on(FileSystemType.EXT4),
        rig -> cuts(rig, rig.create("source", Kind.XFS).stage().publish()));
    conditions.add(
        "a snapshot or clone of a thick volume in a pool that overcommits",
        rig -> {
          rig.pools(
              PoolConfig.of(new PoolName("owned"), rig.folder.resolve("owned"))
                  .withImage(new PoolConfig.Image(8L << 30, FileSystemType.XFS))
                  .withOvercommit(2));
          rig.restart();
          Map<String, String> thick = Map.of("provisioning", "thick");
          Csi.Volume source =
              rig.client().create("source", Kind.XFS.bytes(), Kind.XFS.capability(), thick);
          return List.of(
              () -> rig.client().snapshot("s", source.getVolumeId()),
              copy(rig, fromVolume(source.getVolumeId()), 0, Kind.XFS, thick));
        });
  }

  private void ofCopiesUnderWay() {
    conditions.add(
        "staging, expanding or deleting a volume while it is copied",
        rig -> {
          Wired source = rig.create("source", Kind.XFS);
          ThrowingCallable clone = copy(rig, fromVolume(source.id()), 0, Kind.XFS);
          ThrowingCallable snapshot = () -> rig.client().snapshot("s", source.id());
          return List.of(
              during(rig, snapshot, source::stage),
              during(rig, clone, source::expand),
              during(rig, () -> rig.client().snapshot("t", source.id()), source::delete));
        });
    conditions.add(
        "deleting a snapshot while it is restored",
        rig -> {
          Wired source = rig.create("source", Kind.XFS);
          String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
          return List.of(
              during(
                  rig,
                  copy(rig, fromSnapshot(snapshot), 0, Kind.XFS),
                  () -> rig.client().deleteSnapshot(snapshot)));
        });
  }

  /// A restore and a clone of this size.
  private static List<ThrowingCallable> copies(Rig rig, Wired source, long bytes) {
    String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
    return List.of(
        copy(rig, fromSnapshot(snapshot), bytes, source.kind()),
        copy(rig, fromVolume(source.id()), bytes, source.kind()));
  }

  /// A snapshot and a clone.
  private static List<ThrowingCallable> cuts(Rig rig, Wired source) {
    return List.of(
        () -> rig.client().snapshot("s", source.id()),
        copy(rig, fromVolume(source.id()), 0, source.kind()));
  }

  private static ThrowingCallable copy(
      Rig rig, Csi.VolumeContentSource source, long bytes, Kind kind) {
    return copy(rig, source, bytes, kind, kind.parameters());
  }

  private static ThrowingCallable copy(
      Rig rig,
      Csi.VolumeContentSource source,
      long bytes,
      Kind kind,
      Map<String, String> parameters) {
    return () -> rig.client().copy("copy", source, bytes, kind.capability(), parameters);
  }

  /// What a call meets that comes when another one is about to share the blocks of an image.
  private static ThrowingCallable during(
      FakeRig rig, ThrowingCallable copy, ThrowingCallable call) {
    return () -> {
      var met = new AtomicReference<Throwable>();
      rig.give(
          Interposed.before(rig.linux, Set.of("reflink"), () -> met.set(catchThrowable(call))));
      rig.restart();
      copy.call();
      if (met.get() != null) {
        throw met.get();
      }
    };
  }
}
