package dev.nook.node.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.testing.fake.FakeKernel;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeviceViewsTest {
  private static final VolumeId ID = new VolumeId("a-volume");

  private FakeKernel kernel;
  private Linux linux;
  private DeviceViews views;
  private Path image;
  private Path device;
  private Path target;

  @BeforeEach
  void anAttachedImage(@TempDir Path temporary) throws IOException {
    Path folder = temporary.toRealPath();
    kernel = new FakeKernel(folder);
    linux = kernel.linux();
    views = new DeviceViews(linux);
    image = Files.write(folder.resolve("image"), new byte[8192]);
    device = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, ID.text())).device();
    target = Files.createFile(folder.resolve("target"));
  }

  @Test
  void aViewIsAReadOnlyLoopOverTheDevice() throws Exception {
    Path view = made();

    var loop = linux.loops().at(view).orElseThrow();
    assertThat(loop.readOnly()).isTrue();
    assertThat(loop.backingRdev()).isEqualTo(linux.loops().at(device).orElseThrow().rdev());
  }

  @Test
  void eachTargetHasAViewOfItsOwn() throws Exception {
    assertThat(made()).isNotEqualTo(made());
    assertThat(linux.loops().all()).hasSize(3);
  }

  @Test
  void aCallThatFailsTakesTheViewThatItMadeAway() throws Exception {
    try (Rollback rollback = new Rollback()) {
      Path _ = views.over(ID, device, rollback);
    }

    assertThat(linux.loops().all()).hasSize(1);
  }

  @Test
  void aReadOnlyLoopThatSomebodyElseMadeIsNotUsedAndNotTouched() throws Exception {
    Path other =
        linux.loops().attach(new Attach(device, Access.READ_ONLY, false, "other")).device();

    Path view = made();
    views.release(ID);

    assertThat(view).isNotEqualTo(other);
    assertThat(linux.loops().at(other)).isPresent();
  }

  @Test
  void aViewIsReleasedWithItsLastBind() throws Exception {
    Path view = made();
    linux.mounts().bind(view, target, MountFlags.READ_ONLY);
    views.release(ID);
    assertThat(linux.loops().at(view)).isPresent();

    linux.mounts().unmount(target);
    views.release(ID);

    assertThat(linux.loops().at(view)).isEmpty();
    assertThat(linux.loops().at(device)).isPresent();
  }

  @Test
  void aViewThatIsHeldOpenStays() throws Exception {
    Path view = made();
    try (Closeable _ = kernel.holdOpen(view)) {
      assertThatThrownBy(() -> views.release(ID))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("in use");
    }
  }

  @Test
  void theViewOfAnotherVolumeStays() throws Exception {
    Path view = made();

    views.release(new VolumeId("another"));

    assertThat(linux.loops().at(view)).isPresent();
  }

  @Test
  void aViewGrowsWithItsDevice() throws Exception {
    Path view = made();
    Files.write(image, new byte[16384]);
    assertThat(linux.loops().resize(device)).isEqualTo(16384);

    views.resize(ID);

    assertThat(linux.loops().at(view).orElseThrow().bytes()).isEqualTo(16384);
  }

  private Path made() throws StorageException, IOException {
    try (Rollback rollback = new Rollback()) {
      Path view = views.over(ID, device, rollback);
      rollback.keep();
      return view;
    }
  }
}
