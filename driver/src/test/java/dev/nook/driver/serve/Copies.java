package dev.nook.driver.serve;

import static dev.nook.client.CsiClient.fromSnapshot;
import static dev.nook.client.CsiClient.fromVolume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.driver.serve.Rig.Wired;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests through the socket what a container orchestrator may rely on for snapshots, restores and
/// clones.
abstract class Copies extends WireContract {
  private static final String FIRST = "before the cut";
  private static final String LATER = "after the cut!";

  @ParameterizedTest
  @EnumSource
  void aRestoreHoldsWhatWasThereAtTheCutOfAVolumeInUse(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired source = source(rig, kind);
      String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
      source.write(LATER);

      Wired restored = copy(rig, "restored", fromSnapshot(snapshot), kind).stage().publish();

      assertThat(restored.read(FIRST.length())).isEqualTo(FIRST);
      assertThat(source.read(LATER.length())).isEqualTo(LATER);
      takeAway(restored, source);
      rig.client().deleteSnapshot(snapshot);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSourceAndItsClonesAreMountedSideBySideAndWrittenApart(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired source = source(rig, kind);
      List<Wired> clones = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        clones.add(copy(rig, "clone" + i, fromVolume(source.id()), kind).stage().publish());
      }

      clones.getFirst().write(LATER);

      assertThat(clones.getFirst().read(LATER.length())).isEqualTo(LATER);
      assertThat(clones.getLast().read(FIRST.length())).isEqualTo(FIRST);
      assertThat(source.read(FIRST.length())).isEqualTo(FIRST);
      takeAway(clones.toArray(Wired[]::new));
      takeAway(source);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCopyOutlivesItsSnapshotAndItsVolume(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired source = source(rig, kind);
      source.unpublish().unstage();
      String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();
      Wired restored = copy(rig, "restored", fromSnapshot(snapshot), kind);
      Wired clone = copy(rig, "clone", fromVolume(source.id()), kind);

      source.delete();
      Wired late = copy(rig, "late", fromSnapshot(snapshot), kind);
      rig.client().deleteSnapshot(snapshot);
      rig.restart();

      for (Wired copy : List.of(restored, clone, late)) {
        assertThat(copy.stage().publish().read(FIRST.length())).isEqualTo(FIRST);
        takeAway(copy);
      }
      assertThat(rig.listed()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotIsThereAfterARebootAsItWas(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired source = source(rig, kind);
      Csi.Snapshot cut = rig.client().snapshot("s", source.id());

      rig.reboot();

      assertThat(rig.client().snapshot("s", source.id())).isEqualTo(cut);
      Wired restored = copy(rig, "restored", fromSnapshot(cut.getSnapshotId()), kind);
      assertThat(restored.stage().publish().read(FIRST.length())).isEqualTo(FIRST);
      takeAway(restored);
      source.unpublish().unstage().delete();
      rig.client().deleteSnapshot(cut.getSnapshotId());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLargerRestoreHasItsSizeWhenItIsFirstMounted(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired source = source(rig, kind);
      long before = source.totalBytes();
      String snapshot = rig.client().snapshot("s", source.id()).getSnapshotId();

      Csi.Volume made =
          rig.client()
              .copy(
                  "larger",
                  fromSnapshot(snapshot),
                  kind.moreBytes(),
                  kind.capability(),
                  kind.parameters());
      Wired larger = rig.wire("larger", kind, made).stage().publish();

      assertThat(made.getCapacityBytes()).isEqualTo(kind.moreBytes());
      assertThat(larger.totalBytes()).isGreaterThan(before + (kind.moreBytes() - kind.bytes()) / 2);
      assertThat(larger.read(FIRST.length())).isEqualTo(FIRST);
      takeAway(larger, source);
      rig.client().deleteSnapshot(snapshot);
    }
  }

  /// A volume in use, with something in it.
  private static Wired source(Rig rig, Kind kind) throws IOException {
    Wired source = rig.create("source", kind).stage().publish();
    source.write(FIRST);
    return source;
  }

  private static Wired copy(Rig rig, String name, Csi.VolumeContentSource source, Kind kind)
      throws IOException {
    return rig.wire(
        name, kind, rig.client().copy(name, source, 0, kind.capability(), kind.parameters()));
  }

  private static void takeAway(Wired... volumes) {
    for (Wired volume : volumes) {
      volume.unpublish().unstage().delete();
    }
  }
}
