package dev.nook.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests that files of format 1.0 are read by this release, which finds every volume under its id.
class GoldenFilesTest {
  private static final UUID POOL = UUID.fromString("0198c0de-4f6b-7aaa-9bbb-123456789abc");
  private static final Instant CREATED = Instant.parse("2026-01-02T03:04:05.678Z");
  private static final PoolName NAME = new PoolName("default");

  record Golden(String file, Volume volume) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Golden> volumes() {
    return Stream.of(
        new Golden(
            "meta-raw",
            volume(
                "pvc-raw",
                1L << 30,
                new Content.Raw(new Shape.Raw(Provisioning.THICK)),
                new VolumeSource.Empty())),
        new Golden(
            "meta-formatted",
            volume(
                "pvc-é/../\n🦉%",
                2L << 30,
                new Content.Formatted(
                    new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN),
                    UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2")),
                new VolumeSource.Empty())),
        new Golden(
            "meta-tree",
            volume(
                "pvc-tree",
                4096,
                new Content.Tree(new Shape.Tree(true), true),
                new VolumeSource.Empty())),
        new Golden(
            "meta-from-volume",
            volume(
                "pvc-copy",
                4096,
                new Content.Tree(new Shape.Tree(false), false),
                new VolumeSource.OfVolume(id("pvc-tree")))),
        new Golden(
            "meta-from-snapshot",
            volume(
                "pvc-restored",
                8192,
                new Content.Tree(
                    new Shape.Tree(true), true, List.of(new Share(id("pvc-tree"), 4096))),
                new VolumeSource.OfSnapshot(snapshotId("snapshot-é")))));
  }

  record GoldenSnapshot(String file, Snapshot snapshot) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<GoldenSnapshot> snapshots() {
    return Stream.of(
        new GoldenSnapshot(
            "meta-snapshot",
            snapshot(
                "snapshot-é/../\n🦉%",
                new Content.Formatted(
                    new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN),
                    UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2")))),
        new GoldenSnapshot(
            "meta-snapshot-tree",
            snapshot("snapshot-tree", new Content.Tree(new Shape.Tree(true), true))));
  }

  @ParameterizedTest
  @MethodSource("snapshots")
  void aRecordedSnapshotReadsAndWritesAsReleased(GoldenSnapshot golden) throws Exception {
    byte[] bytes = file(golden.file());

    Snapshot read = new SnapshotKind().read(Record.parse(bytes), golden.snapshot().id(), NAME);

    assertThat(read).isEqualTo(golden.snapshot());
    assertThat(new SnapshotKind().record(read).bytes()).asString().isEqualTo(text(bytes));
  }

  @Test
  void aVolumesRecordIsNoSnapshotsAndTheOtherWayRound() throws Exception {
    Record volume = Record.parse(file("meta-raw"));
    Record snapshot = Record.parse(file("meta-snapshot-tree"));

    assertThatThrownBy(() -> new SnapshotKind().read(volume, snapshotId("pvc-raw"), NAME))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("volume");
    assertThatThrownBy(() -> new VolumeKind().read(snapshot, id("snapshot-tree"), NAME))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining("snapshot");
  }

  @ParameterizedTest
  @MethodSource("volumes")
  void aRecordedVolumeReadsAndWritesAsReleased(Golden golden) throws Exception {
    byte[] bytes = file(golden.file());

    Volume read = new VolumeKind().read(Record.parse(bytes), golden.volume().id(), NAME);

    assertThat(read).isEqualTo(golden.volume());
    assertThat(new VolumeKind().record(read).bytes()).asString().isEqualTo(text(bytes));
  }

  @Test
  void formatReadsAndWritesAsReleased() throws Exception {
    byte[] bytes = file("FORMAT");

    Format read = Format.parse(bytes);

    assertThat(read.pool()).isEqualTo(POOL);
    assertThat(read.node()).isEqualTo("worker-1");
    assertThat(Format.of(POOL, "worker-1", CREATED).bytes()).asString().isEqualTo(text(bytes));
  }

  @Test
  void aNameHasTheIdThatItAlwaysHad() throws Exception {
    for (String line : text(file("ids.tsv")).lines().toList()) {
      String[] columns = line.split("\t");

      PoolTag tag = PoolTag.of(UUID.fromString(columns[0]));

      Name name = new Name(Escape.read(columns[1]));
      assertThat(VolumeId.of(tag, name).text()).isEqualTo(columns[2]);
      assertThat(SnapshotId.of(tag, name).text()).isEqualTo(columns[2].replace("-v-", "-s-"));
    }
  }

  private static Volume volume(String name, long bytes, Content content, VolumeSource source) {
    return new Volume(id(name), new Name(name), NAME, bytes, content, source, CREATED);
  }

  private static Snapshot snapshot(String name, Content content) {
    return new Snapshot(
        snapshotId(name),
        new Name(name),
        NAME,
        id("pvc-tree"),
        4096L << 20,
        123_457_536,
        content,
        CREATED);
  }

  private static SnapshotId snapshotId(String name) {
    return SnapshotId.of(PoolTag.of(POOL), new Name(name));
  }

  private static VolumeId id(String name) {
    return VolumeId.of(PoolTag.of(POOL), new Name(name));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static byte[] file(String name) throws IOException {
    try (InputStream in = GoldenFilesTest.class.getResourceAsStream("/format-1/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }
}
