package dev.nook.store.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeKindTest {
  private static final VolumeKind KIND = new VolumeKind();
  private static final PoolName POOL = new PoolName("default");
  private static final PoolTag TAG = PoolTag.of(new UUID(1, 2));
  private static final VolumeId ID = VolumeId.of(TAG, new Name("pvc-1"));
  private static final Volume VOLUME =
      new Volume(
          ID,
          new Name("pvc-1"),
          POOL,
          1 << 30,
          new Content.Formatted(
              new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN),
              UUID.fromString("7d444840-9dc0-11d1-b245-5ffdce74fad2")),
          new VolumeSource.Empty(),
          Instant.EPOCH);

  @ParameterizedTest
  @CsvSource({
    "kind, snapshot",
    "id, ../../etc",
    "name, pvc-2",
    "name, ''",
    "capacity, -4096",
    "capacity, 4097",
    "capacity, 9999999999999999999",
    "capacity, many",
    "created, yesterday",
    "content, tape",
    "provisioning, some",
    "fs-type, btrfs",
    "fs-type, vfat",
    "fs-uuid, 1-1-1-1-1",
    "fs-uuid, none"
  })
  void aFieldThatMakesNoSenseIsRefused(String key, String value) {
    Record record = KIND.record(VOLUME).with(key, value);

    assertThatThrownBy(() -> KIND.read(record, ID, POOL)).isInstanceOf(BadRecord.class);
  }

  @Test
  void aRecordThatLiesUnderAnotherIdIsRefused() {
    VolumeId other = VolumeId.of(TAG, new Name("pvc-2"));

    assertThatThrownBy(() -> KIND.read(KIND.record(VOLUME), other, POOL))
        .isInstanceOf(BadRecord.class)
        .hasMessageContaining(ID.text());
  }

  @Test
  void aChangeSetsWhatDiffersAndKeepsAllElseAsItWasWritten() throws Exception {
    Record written =
        KIND.record(VOLUME).with("created", "1970-01-01T00:00:00.000Z").with("future", "kept");
    Volume read = KIND.read(written, ID, POOL);

    Record changed = written.changed(KIND.record(read), KIND.record(read.withCapacity(2L << 30)));

    assertThat(changed).isEqualTo(written.with("capacity", 2L << 30));
  }

  @Test
  void aChangeLeavesOutWhatIsNoLongerSaid() {
    Record with = KIND.record(VOLUME).with("shared", "a-v-x:4096");
    Record without = KIND.record(VOLUME);

    assertThat(with.with("future", "kept").changed(with, without))
        .isEqualTo(without.with("future", "kept"));
  }
}
