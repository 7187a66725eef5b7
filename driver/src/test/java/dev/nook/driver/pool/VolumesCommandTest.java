package dev.nook.driver.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.cli.Json;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.health.Inventory;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Tests what `nook volumes` prints.
class VolumesCommandTest {
  private static final VolumeId VOLUME = new VolumeId("aaaaaaaa-v-1");
  private static final Content CONTENT =
      new Content.Formatted(
          new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN), new UUID(1, 2));

  @Test
  void aNameCannotMakeALineOfItsOwn() {
    String printed = VolumeRow.table(rows("pvc\nVOLUME", Optional.empty())).toString();

    assertThat(printed.lines()).hasSize(2);
    assertThat(printed).contains("pvc\ufffdVOLUME");
  }

  @Test
  void aQuarantinedVolumeAndSnapshotKeepTheirLines() {
    var pool =
        new Inventory(
            PoolName.DEFAULT,
            Optional.empty(),
            List.of(
                new Inventory.Row(
                    VOLUME,
                    Optional.empty(),
                    Optional.of(1L << 20),
                    Optional.of(3L),
                    Optional.of("torn"))),
            List.of(
                new Inventory.SnapshotRow(
                    new SnapshotId("aaaaaaaa-s-1"), Optional.empty(), Optional.of("torn"))));

    assertThat(VolumeRow.table(VolumeRow.of(pool).toList()).toString())
        .contains("aaaaaaaa-v-1  -     default  -     1 MiB  3        -        quarantined: torn");
    assertThat(SnapshotRow.table(SnapshotRow.of(pool).toList()).toString())
        .containsPattern("aaaaaaaa-s-1 +- +default +- .*quarantined: torn");
  }

  @Test
  void aVolumeShowsInHowManyPiecesItLies() {
    List<VolumeRow> rows = rows("pvc-1", Optional.of(131_072L));

    assertThat(VolumeRow.table(rows).toString()).contains("  131072   xfs      good");
    assertThat(Json.of(rows)).contains("\"extents\" : 131072");
  }

  @Test
  void aSnapshotShowsWhatItIsOfAndWhatIsSetAsideForIt() {
    var snapshot =
        new Snapshot(
            new SnapshotId("aaaaaaaa-s-1"),
            new Name("nightly"),
            PoolName.DEFAULT,
            VOLUME,
            2L << 30,
            1L << 30,
            CONTENT,
            Instant.parse("2026-01-02T03:04:05Z"));
    var pool =
        new Inventory(
            PoolName.DEFAULT,
            Optional.empty(),
            List.of(),
            List.of(
                new Inventory.SnapshotRow(snapshot.id(), Optional.of(snapshot), Optional.empty())));

    assertThat(SnapshotRow.table(SnapshotRow.of(pool).toList()).toString())
        .contains(
            "nightly  default  aaaaaaaa-v-1  2 GiB  1 GiB    2026-01-02T03:04:05Z  xfs      good");
  }

  private static List<VolumeRow> rows(String name, Optional<Long> extents) {
    var volume =
        new Volume(
            VOLUME,
            new Name(name),
            PoolName.DEFAULT,
            1L << 30,
            CONTENT,
            new VolumeSource.Empty(),
            Instant.EPOCH);
    var row =
        new Inventory.Row(
            VOLUME, Optional.of(volume), Optional.of(1L << 20), extents, Optional.empty());
    var pool = new Inventory(PoolName.DEFAULT, Optional.empty(), List.of(row), List.of());
    return VolumeRow.of(pool).toList();
  }
}
