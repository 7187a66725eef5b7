package dev.nook.store.space.policy;

import dev.nook.linux.fs.Disk;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// Images on a filesystem that frees every block by itself (XFS, ext4). A volume and its copy never
/// take more than both their sizes, so a clone or restore is charged as any volume is, and a
/// snapshot what its source's image had allocated at the cut.
public record BlockCounted(Disk disk) implements SpacePolicy {
  @Override
  public Charge restored(Origin origin, long bytes) {
    return Charge.of(bytes, origin.content().shape().provisioning());
  }

  @Override
  public Charge cut(Origin origin) throws IOException {
    return cut(origin.home());
  }

  @Override
  public Charge ofCut(Origin origin, Home cut) throws IOException {
    return cut(cut);
  }

  /// Returns the charge of a snapshot; blocks beyond the end of an image are not shared.
  private Charge cut(Home home) throws IOException {
    long bytes = ImageFile.stat(disk, home).map(Disk.Stat::allocatedWithinSizeBytes).orElse(0L);
    return Charge.of(bytes, Provisioning.THICK);
  }

  @Override
  public Charge of(Volume volume, Home home) {
    return Charge.of(volume.promisedBytes(), volume.content().shape().provisioning());
  }

  @Override
  public Optional<Long> limitBytes(Home home) throws IOException {
    return disk.stat(home.image()).map(Disk.Stat::sizeBytes);
  }

  @Override
  public Optional<Long> allocatedBytes(Home home) throws IOException {
    return ImageFile.stat(disk, home).map(Disk.Stat::allocatedBytes);
  }
}
