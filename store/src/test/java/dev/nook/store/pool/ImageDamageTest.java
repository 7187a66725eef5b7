package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.mountAt;
import static dev.nook.store.ground.Driver.show;
import static dev.nook.store.ground.Driver.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests that an image that differs from its record is neither attached nor written.
class ImageDamageTest {
  private static final Shape SHAPE = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private Linux linux;
  private VolumeStore store;
  private Volume volume;
  private Path image;

  @BeforeEach
  void create() throws IOException, StorageException, PoolHeld {
    ground = FakeGround.on(root, FileSystemType.XFS, SHAPE);
    linux = ground.linux();
    store = Driver.started(linux, ground.pool());
    volume = store.create(spec("pvc", SHAPE, 8 * MIB));
    image = home().image();
  }

  private Home home() {
    return new Layout(ground.pool().path()).volume(volume.id());
  }

  private void refusedUntouched(String why) throws IOException {
    byte[] before = Files.exists(image) ? Files.readAllBytes(image) : new byte[0];

    assertThatThrownBy(() -> store.attach(volume.id()))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(volume.id().text())
        .hasMessageContaining(why);

    assertThat(linux.loops().all()).isEmpty();
    byte[] after = Files.exists(image) ? Files.readAllBytes(image) : new byte[0];
    assertThat(Arrays.equals(before, after)).as("the image is untouched").isTrue();
  }

  @Test
  void aMissingImageIsRefused() throws Exception {
    linux.disk().remove(image);

    refusedUntouched("is missing");
  }

  @Test
  void aTruncatedImageIsRefused() throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(4 * MIB);
    }

    refusedUntouched(Long.toString(4 * MIB));
  }

  @Test
  void aZeroedImageIsRefusedAndNotFormatted() throws Exception {
    linux.disk().remove(image);
    linux.disk().allocate(image, volume.capacityBytes(), Allocation.SPARSE);

    refusedUntouched("holds no filesystem");
  }

  @Test
  void anImageWhoseUuidIsNotTheRecordedOneIsRefused() throws Exception {
    UUID other = UUID.randomUUID();
    linux.disk().remove(image);
    linux.disk().allocate(image, volume.capacityBytes(), Allocation.SPARSE);
    linux.fileSystems().format(image, FileSystemType.EXT4, other, Allocation.SPARSE);

    refusedUntouched(other.toString());
  }

  @Test
  void anotherVolumesImageInItsPlaceIsRefused() throws Exception {
    Volume other = store.create(spec("pvc-2", SHAPE, 8 * MIB));
    linux.disk().remove(image);
    linux.disk().rename(new Layout(ground.pool().path()).volume(other.id()).image(), image);

    refusedUntouched(((Content.Formatted) other.content()).uuid().toString());
  }

  @Test
  void anUnreadableImageIsRefusedNamingIt() throws Exception {
    ground.kernel().breakReads(image);

    refusedUntouched("cannot be read");
  }

  @Test
  void anImageThatIsASymbolicLinkIsRefused() throws Exception {
    Path elsewhere = root.resolve("elsewhere");
    linux.disk().rename(image, elsewhere);
    Files.createSymbolicLink(image, elsewhere);

    assertThatThrownBy(() -> store.attach(volume.id()))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("not a regular file");
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void aFileSwappedInWhileAnotherIsAttachedIsRefusedAndTheFirstCanBeDetached() throws Exception {
    store.attach(volume.id());
    linux.disk().remove(image);
    linux.disk().allocate(image, volume.capacityBytes(), Allocation.SPARSE);

    assertThatThrownBy(() -> store.attach(volume.id()))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("another file");
    assertThatThrownBy(() -> store.delete(volume.id()))
        .isInstanceOf(StorageException.NotReady.class);

    assertThat(linux.loops().all()).hasSize(1);
    store.detach(volume.id());
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void aMountWhoseImageWasUnlinkedIsStillKnownByItsLabel() throws Exception {
    VolumeId id = volume.id();
    Path target = show(linux, store.attach(id), ground.folder(), id);
    linux.disk().removeTree(home().directory());

    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    assertThat(store.attached()).containsExactly(id);
    linux.mounts().unmount(target);
    store.detach(id);
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void anImageThatSomebodyAttachedByHandIsKnownByItsInode() throws Exception {
    VolumeId id = volume.id();
    Path device =
        linux
            .loops()
            .attach(new LoopDevices.Attach(image, Access.READ_WRITE, true, "by-hand"))
            .device();

    assertThat(store.attached()).containsExactly(id);
    assertThat(store.attach(id)).isEqualTo(new Attachment.FileSystem(device, FileSystemType.EXT4));
    assertThatThrownBy(() -> store.delete(id))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(device.toString());
    store.detach(id);
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void aReadOnlyViewShowsTheVolumeBelowItAndGoesWithIt() throws Exception {
    Volume raw = store.create(spec("raw", new Shape.Raw(Provisioning.THIN), MIB));
    Path device = ((Attachment.Device) store.attach(raw.id())).device();
    Path view =
        linux
            .loops()
            .attach(
                new LoopDevices.Attach(device, Access.READ_ONLY, false, raw.id().text() + ".ro"))
            .device();
    Path target = show(linux, new Attachment.Device(view), ground.folder(), raw.id());

    assertThat(store.shownBy(mountAt(linux, target))).contains(raw.id());
    assertThat(store.attached()).containsExactly(raw.id());
    assertThatThrownBy(() -> store.detach(raw.id()))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(target.toString());
    linux.mounts().unmount(target);
    store.detach(raw.id());
    assertThat(linux.loops().all()).isEmpty();
  }

  @Test
  void aTenantThatTakesAnothersLabelTakesNothingElse() throws Exception {
    Volume tenant = store.create(spec("tenant", new Shape.Raw(Provisioning.THIN), MIB));
    Volume victim = store.create(spec("victim", new Shape.Raw(Provisioning.THIN), MIB));
    Path device = ((Attachment.Device) store.attach(tenant.id())).device();

    ground.kernel().relabel(device, victim.id().text());

    assertThat(store.attached()).containsExactly(tenant.id());
    assertThat(store.attach(victim.id())).isNotEqualTo(new Attachment.Device(device));
    store.detach(victim.id());
    assertThat(store.attached()).containsExactly(tenant.id());
    store.delete(victim.id());
    assertThat(store.attach(tenant.id())).isEqualTo(new Attachment.Device(device));
    store.detach(tenant.id());
  }

  @Test
  void theContentOfRawBlockIsNeverLookedAt() throws Exception {
    Volume raw = store.create(spec("raw", new Shape.Raw(Provisioning.THIN), 64 * MIB));
    Path rawImage = new Layout(ground.pool().path()).volume(raw.id()).image();
    ground.kernel().breakReads(rawImage);

    assertThat(store.attach(raw.id())).isInstanceOf(Attachment.Device.class);

    store.detach(raw.id());
  }
}
