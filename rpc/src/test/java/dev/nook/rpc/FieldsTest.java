package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import csi.v1.Csi.VolumeContentSource.SnapshotSource;
import csi.v1.Csi.VolumeContentSource.VolumeSource;
import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
  @Test
  void anIdMustBeThereAndShort() {
    refused(() -> Fields.volumeId(""), "volume_id must not be empty");
    refused(() -> Fields.volumeId("x".repeat(129)), "volume_id is longer than 128 bytes");
    refused(() -> Fields.volumeId("€".repeat(43)), "volume_id is longer than 128 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "/", "../../etc", "a\0b", "%2e%2e", "-rf", "x"})
  void anyOtherTextIsAnIdOfNoVolumeHere(String text) throws Exception {
    assertThat(Fields.volumeId(text).text()).isEqualTo(text);
    assertThat(Fields.volumeId(text).tag()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\0b", "\u0008", "\u000B", "\u001F", "\u007F", "\u009F"})
  void aNameWithAForbiddenCharacterIsRefused(String text) {
    refused(() -> Fields.name(text), "name contains a control character");
  }

  @Test
  void aNameMustBeThereAndShort() {
    refused(() -> Fields.name(""), "name must not be empty");
    refused(() -> Fields.name("x".repeat(129)), "name is longer than 128 bytes");
    refused(() -> Fields.name("🐟".repeat(33)), "name is longer than 128 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "../x", "line\nfeed", "tab\t", "\r", "🐟", "\"'"})
  void aNameMayHoldWhateverTheSpecificationAllows(String text) throws Exception {
    assertThat(Fields.name(text).text()).isEqualTo(text);
  }

  @Test
  void aPathMustBeThereAndShortAndWithoutNul() {
    refused(() -> Fields.path("volume_path", ""), "volume_path must not be empty");
    refused(
        () -> Fields.path("volume_path", "a\0b"),
        "volume_path is not a path: Nul character not allowed");
    refused(
        () -> Fields.path("volume_path", "/".repeat(4097)),
        "volume_path is longer than 4096 bytes");
  }

  @Test
  void aPathToLookAtMayBeRelative() throws Exception {
    assertThat(Fields.path("volume_path", "some/path")).isEqualTo(Path.of("some/path"));
    assertThat(Fields.path("volume_path", "/" + "x".repeat(4095))).isAbsolute();
  }

  @ParameterizedTest
  @ValueSource(strings = {"some/path", "/a/../b", "/a/./b", "/..", "."})
  void aPathToChangeIsAbsoluteAndPlain(String text) {
    refused(
        () -> Fields.absolutePath("target_path", text),
        "target_path must be absolute, without . and .. elements");
  }

  @Test
  void repeatedSlashesAreHarmless() throws Exception {
    assertThat(Fields.absolutePath("target_path", "/a//b/")).isEqualTo(Path.of("/a/b"));
  }

  @Test
  void aRangeThatNoSizeFitsIsRefused() {
    refused(
        () -> Fields.range(true, bytes(-1, 0)),
        "capacity_range.required_bytes must not be negative");
    refused(
        () -> Fields.range(true, bytes(0, -1)), "capacity_range.limit_bytes must not be negative");
    refused(
        () -> Fields.range(true, bytes(2, 1)),
        "capacity_range.limit_bytes is below required_bytes");
    refused(
        () -> Fields.range(true, bytes(Long.MIN_VALUE, Long.MIN_VALUE)),
        "capacity_range.required_bytes must not be negative");
  }

  @Test
  void aRangeMayBeOpenOrLeftOut() throws Exception {
    assertThat(Fields.range(false, bytes(0, 0))).isEqualTo(CapacityRange.ANY);
    assertThat(Fields.range(true, bytes(0, 0))).isEqualTo(CapacityRange.ANY);
    assertThat(Fields.range(true, bytes(5, 0))).isEqualTo(new CapacityRange(5, 0));
    assertThat(Fields.range(true, bytes(0, 5))).isEqualTo(new CapacityRange(0, 5));
    assertThat(Fields.range(true, bytes(Long.MAX_VALUE, Long.MAX_VALUE)).limitBytes())
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void anExpansionWithoutASizeIsRefused() {
    String why = "capacity_range must name required_bytes or limit_bytes";

    refused(() -> Fields.requiredRange(false, bytes(0, 0)), why);
    refused(() -> Fields.requiredRange(true, bytes(0, 0)), why);
  }

  @Test
  void aSourceMustNameASnapshotOrAVolume() {
    refused(() -> source(from()), "volume_content_source must name a snapshot or a volume");
    refused(
        () -> source(from().setVolume(VolumeSource.getDefaultInstance())),
        "volume_content_source.volume.volume_id must not be empty");
    refused(
        () -> source(from().setSnapshot(SnapshotSource.getDefaultInstance())),
        "volume_content_source.snapshot.snapshot_id must not be empty");
    refused(
        () ->
            source(from().setSnapshot(SnapshotSource.newBuilder().setSnapshotId("x".repeat(129)))),
        "volume_content_source.snapshot.snapshot_id is longer than 128 bytes");
  }

  @Test
  void aSourceIsASnapshotOrAVolumeOrNothing() throws Exception {
    assertThat(Fields.source(false, from().build()))
        .isEqualTo(new dev.nook.store.volume.VolumeSource.Empty());
    assertThat(source(from().setVolume(VolumeSource.newBuilder().setVolumeId("../v"))))
        .isEqualTo(new dev.nook.store.volume.VolumeSource.OfVolume(new VolumeId("../v")));
    assertThat(source(from().setSnapshot(SnapshotSource.newBuilder().setSnapshotId("s"))))
        .isEqualTo(new dev.nook.store.volume.VolumeSource.OfSnapshot(new SnapshotId("s")));
  }

  @Test
  void aFilterMayBeLeftOutAndIsShort() throws Exception {
    refused(
        () -> Fields.snapshotFilter("x".repeat(129), ""), "snapshot_id is longer than 128 bytes");
    refused(
        () -> Fields.snapshotFilter("", "x".repeat(129)),
        "source_volume_id is longer than 128 bytes");
    assertThat(Fields.snapshotFilter("", ""))
        .isEqualTo(new Snapshots.Filter(Optional.empty(), Optional.empty()));
    assertThat(Fields.snapshotFilter("s", "v"))
        .isEqualTo(
            new Snapshots.Filter(Optional.of(new SnapshotId("s")), Optional.of(new VolumeId("v"))));
  }

  @Test
  void aPageHasAtMostAThousandEntries() throws Exception {
    refused(() -> Fields.maxEntries(-1), "max_entries must not be negative");
    assertThat(Fields.maxEntries(0)).isEqualTo(1000);
    assertThat(Fields.maxEntries(1)).isEqualTo(1);
    assertThat(Fields.maxEntries(Integer.MAX_VALUE)).isEqualTo(1000);
  }

  @Test
  void aTokenIsShort() throws Exception {
    refused(() -> Fields.token("x".repeat(129)), "starting_token is longer than 128 bytes");
    assertThat(Fields.token("")).isEmpty();
    assertThat(Fields.token("x")).contains("x");
  }

  @Test
  void aMapHoldsAtMostFourKibibytes() throws Exception {
    var largest = Map.of("k", "v".repeat(4095));
    var larger = Map.of("k", "v".repeat(4096));

    refused(() -> Fields.map("parameters", larger), "parameters has more than 4096 bytes");
    assertThat(Fields.map("parameters", largest)).isEqualTo(largest);
  }

  @Test
  void whatIsNotOfferedIsRefusedWhenItIsAsked() throws Exception {
    refused(
        () -> Fields.absent("mutable_parameters", Map.of("k", "v")),
        "mutable_parameters is not supported");
    Fields.absent("mutable_parameters", Map.of());
  }

  private static Csi.VolumeContentSource.Builder from() {
    return Csi.VolumeContentSource.newBuilder();
  }

  private static dev.nook.store.volume.VolumeSource source(Csi.VolumeContentSource.Builder source)
      throws InvalidArgument {
    return Fields.source(true, source.build());
  }

  private static Csi.CapacityRange bytes(long required, long limit) {
    return Csi.CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit).build();
  }

  private static void refused(ThrowingCallable parse, String message) {
    assertThatThrownBy(parse).isInstanceOf(InvalidArgument.class).hasMessage(message);
  }
}
