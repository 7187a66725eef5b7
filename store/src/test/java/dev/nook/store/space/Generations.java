package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Files;

/// Tests directory volumes that are cloned from their predecessor, again and again.
abstract class Generations extends StoreFixture {
  /// What each generation overwrites, in bytes.
  private static final int WRITTEN = 64 << 10;

  private static final int WEEK = 7;

  /// Replaces a volume by its clone, again and again.
  void refresh(int generations) throws StorageException, IOException {
    Volume last = create("g0");
    write(last, "kept", 8 * WRITTEN);
    for (int i = 1; i <= generations; i++) {
      write(last, "file", WRITTEN);
      last = i % WEEK == 0 ? restored(last, "g" + i) : cloned(last, "g" + i);
    }
    sweepAll();

    assertThat(Files.size(ground.contentOf(home(last.id()).data().resolve("kept"))))
        .isEqualTo(8 * WRITTEN);
    assertThat(last.promisedBytes()).isLessThan(bytes + 2 * MIB);
    assertThat(status(store).chargedBytes()).isLessThan(bytes + 2 * MIB);
    store.delete(last.id());
    sweepAll();
    sweepAll();
    assertNothingKept();
  }

  /// Clones each volume from the one before, and keeps all.
  void descend(int generations) throws StorageException, IOException {
    bytes = 4 * MIB;
    Volume last = create("g0");
    for (int i = 1; i <= generations; i++) {
      write(last, "file", WRITTEN);
      last = store.create(Driver.spec("g" + i, ground.shape(), bytes, last.id()));
    }

    assertThat(store.get(last.id())).isEqualTo(last);
    for (int i = 0; i <= generations; i++) {
      store.delete(id("g" + i));
    }
    sweepAll();
    sweepAll();
    assertNothingKept();
  }

  private Volume cloned(Volume last, String name) throws StorageException, IOException {
    Volume next = store.create(Driver.spec(name, ground.shape(), bytes, last.id()));
    store.delete(last.id());
    return next;
  }

  private Volume restored(Volume last, String name) throws StorageException, IOException {
    Snapshot snapshot = store.snapshot(new Name(name), last.id());
    store.delete(last.id());
    sweep(store);
    Volume next = store.create(Driver.spec(name, ground.shape(), bytes, snapshot.id()));
    store.delete(snapshot.id());
    return next;
  }

  private VolumeId id(String name) throws StorageException {
    return store.idOf(spec(name));
  }

  private void write(Volume volume, String file, int bytes) throws IOException {
    Files.write(ground.contentOf(home(volume.id()).data().resolve(file)), new byte[bytes]);
  }
}
