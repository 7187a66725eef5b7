package dev.nook.store.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import dev.nook.store.record.VolumeKind;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.testing.fake.FakeKernel;
import dev.nook.testing.fault.Crash;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RegistryTest {
  private static final VolumeKind KIND = new VolumeKind();
  private static final Name NAME = new Name("pvc-1");
  private static final VolumeId ID = VolumeId.of(PoolTag.of(new UUID(1, 2)), NAME);
  private static final Volume BEFORE =
      new Volume(
          ID,
          NAME,
          PoolName.DEFAULT,
          1 << 20,
          new Content.Raw(new Shape.Raw(Shape.Provisioning.THIN)),
          new VolumeSource.Empty(),
          Instant.EPOCH);
  private static final Volume AFTER = BEFORE.withCapacity(2 << 20);

  @TempDir Path root;

  private FakeKernel kernel;
  private Layout layout;
  private int pools;
  private final VolumeCatalogue catalogue = new VolumeCatalogue();

  @BeforeEach
  void boot() throws IOException {
    kernel = new FakeKernel(root, FakeKernel.Options.on(FileSystemType.XFS));
    fresh();
  }

  private void fresh() throws IOException {
    layout = new Layout(root.resolve("pool" + ++pools));
    Files.createDirectories(layout.volume(ID).directory());
    Files.write(layout.volume(ID).meta(), KIND.record(BEFORE).with("future", "kept").bytes());
    catalogue.put(ID, BEFORE);
  }

  private Registry<VolumeId, Volume> on(Linux linux) {
    return new Registry<>(
        layout, new Records<>(KIND, PoolName.DEFAULT, layout, linux.disk()), catalogue);
  }

  private static Volume update(Registry<VolumeId, Volume> registry)
      throws StorageException, IOException {
    return registry.update(ID, volume -> volume.withCapacity(AFTER.capacityBytes()));
  }

  private Record onDisk() throws Exception {
    return Record.parse(Files.readAllBytes(layout.volume(ID).meta()));
  }

  @Test
  void aChangeIsOnDiskAndInTheCatalogueAndFieldsThatAreUnknownStay() throws Exception {
    assertThat(update(on(kernel.linux()))).isEqualTo(AFTER);

    assertThat(catalogue.known(ID)).contains(AFTER);
    assertThat(onDisk()).isEqualTo(KIND.record(AFTER).with("future", "kept"));
    assertThat(layout.volume(ID).newMeta()).doesNotExist();
  }

  /// The last call is the sync of the directory: before it a power cut may bring the old record
  /// back.
  @Test
  void theCatalogueIsNeverAheadOfTheDiskAndNobodyReadsTheRecordAgainMeanwhile() throws Exception {
    Interleaved interleaved = Interleaved.over(kernel.linux());
    for (int call = 1; ; call++) {
      fresh();
      interleaved.before(
          call,
          () -> {
            assertThat(catalogue.known(ID)).contains(BEFORE);
            assertThat(catalogue.holds().tryTake(ID)).isEmpty();
          });
      update(on(interleaved.linux()));
      if (!interleaved.happened()) {
        assertThat(call).isGreaterThan(5);
        break;
      }
    }
    assertThat(catalogue.holds().tryTake(ID)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(names = {"EIO", "ENOSPC"})
  void afterAFailureTheCatalogueSaysWhatLiesOnTheDisk(Fault fault) throws Exception {
    int replaced = 0;
    for (int call = 1; ; call++) {
      fresh();
      Faults faults = Faults.at(kernel.linux(), call, fault);
      try {
        update(on(faults.linux()));
      } catch (StorageException | IOException _) {
        assertThat(faults.fired()).isTrue();
      }
      if (!faults.fired()) {
        break;
      }
      String at = faults.calls().get(call - 1);
      Volume read = on(kernel.linux()).records().read(ID);
      assertThat(catalogue.known(ID)).as(at).contains(read);
      assertThat(onDisk().find("future")).as(at).contains("kept");
      replaced += read.equals(AFTER) ? 1 : 0;

      assertThat(update(on(kernel.linux()))).as("once more, %s", at).isEqualTo(AFTER);
    }
    assertThat(replaced).as("failures after the new record was in place").isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER"})
  void aCrashLeavesTheOldRecordOrTheNewOne(Fault fault) throws Exception {
    for (int call = 1; ; call++) {
      fresh();
      Faults faults = Faults.at(kernel.linux(), call, fault);
      try {
        update(on(faults.linux()));
      } catch (Crash _) {
        assertThat(faults.fired()).isTrue();
      }
      if (!faults.fired()) {
        break;
      }
      assertThat(on(kernel.linux()).records().read(ID)).isIn(BEFORE, AFTER);
      assertThat(onDisk().find("future")).contains("kept");
      assertThat(update(on(kernel.linux()))).isEqualTo(AFTER);
    }
  }

  @Test
  void aRecordThatCannotBeTrustedIsNotChanged() throws Exception {
    byte[] damaged = "version=1.0\nkind=volume\n".getBytes(StandardCharsets.US_ASCII);
    Files.write(layout.volume(ID).meta(), damaged);

    assertThatThrownBy(() -> update(on(kernel.linux())))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(layout.volume(ID).meta().toString());

    assertThat(Files.readAllBytes(layout.volume(ID).meta())).isEqualTo(damaged);
    assertThat(catalogue.known(ID)).isEqualTo(Optional.of(BEFORE));
  }
}
