package dev.nook.store.ground;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.hide;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A store on some ground, and what its tests share.
public abstract class StoreFixture {
  protected static final VolumeId ELSEWHERE = new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa");

  protected Ground ground;
  protected Linux linux;
  protected VolumeStore store;
  protected long bytes;

  protected abstract Ground ground() throws IOException;

  @BeforeEach
  protected void start() throws IOException, PoolHeld {
    ground = ground();
    linux = ground.linux();
    store = Driver.started(linux, ground.pool());
    assertThat(status(store).health()).isEqualTo(new Health.Open());
    bytes =
        ground.shape() instanceof Shape.Formatted(var type, var _)
            ? Math.max(64 * MIB, type.minimumBytes())
            : 64 * MIB;
  }

  @AfterEach
  protected void stop() throws StorageException, IOException {
    for (String shown : linux.disk().list(ground.folder())) {
      hide(linux, ground.folder().resolve(shown));
    }
    for (VolumeId id : store.attached()) {
      store.detach(id);
    }
    store.close();
    ground.close();
  }

  protected VolumeSpec spec(String name) {
    return Driver.spec(name, ground.shape(), bytes);
  }

  protected Volume create(String name) throws StorageException, IOException {
    return store.create(spec(name));
  }

  protected void restart() throws PoolHeld {
    store.close();
    store = Driver.started(linux, ground.pool());
  }

  protected Home home(VolumeId id) {
    return new Layout(ground.pool().path()).volume(id);
  }

  protected Path shown(VolumeId id) throws StorageException, IOException {
    return show(linux, store.attach(id), ground.folder(), id);
  }

  protected void hidden(VolumeId id, Path target) throws StorageException, IOException {
    hide(linux, target);
    store.detach(id);
  }

  /// Writes a word, as a pod would.
  protected void write(VolumeId id, String word) throws Exception {
    Path target = shown(id);
    say(target, word);
    hidden(id, target);
  }

  protected String read(VolumeId id) throws Exception {
    Path target = shown(id);
    try {
      return said(target);
    } finally {
      hidden(id, target);
    }
  }

  protected void say(Path target, String word) throws IOException {
    try (FileChannel file =
        FileChannel.open(place(target), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(word.getBytes(StandardCharsets.US_ASCII)), 0);
    }
  }

  protected String said(Path target) throws IOException {
    try (FileChannel file = FileChannel.open(place(target), StandardOpenOption.READ)) {
      ByteBuffer word = ByteBuffer.allocate(5);
      file.read(word, 0);
      return new String(word.array(), StandardCharsets.US_ASCII);
    }
  }

  private Path place(Path target) {
    return ground.contentOf(ground.shape() instanceof Shape.Raw ? target : target.resolve("word"));
  }

  protected boolean isTree() {
    return ground.shape() instanceof Shape.Tree;
  }

  /// Sweeps, waits until the kernel has freed what was deleted, and sweeps again.
  protected void sweepAll() throws IOException {
    Driver.sweep(store);
    Instant deadline = Instant.now().plusSeconds(60);
    while (linux.subvolumes().cleaning(ground.pool().path())) {
      assertThat(Instant.now()).isBefore(deadline);
      linux.disk().syncFileSystem(ground.pool().path());
    }
    linux.disk().syncFileSystem(ground.pool().path());
    Driver.sweep(store);
  }

  protected static long charged(Snapshot snapshot) {
    return Math.max(Ledger.LEAST, snapshot.chargedBytes());
  }

  /// Returns what a deleted snapshot is charged until it is removed: what it kept of a volume with
  /// a quota is charged to that volume, and the rest is the least charge.
  protected static long chargedInTrash(Snapshot snapshot) {
    return snapshot.shares().isEmpty() ? charged(snapshot) : Ledger.LEAST + snapshot.chargedBytes();
  }

  protected void assertNothingKept() throws IOException {
    Layout layout = new Layout(ground.pool().path());
    assertThat(linux.disk().list(layout.volumes())).isEmpty();
    assertThat(linux.disk().list(layout.staging())).isEmpty();
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    assertThat(status(store).chargedBytes()).isZero();
  }
}
