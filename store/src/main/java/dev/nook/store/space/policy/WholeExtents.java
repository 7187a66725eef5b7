package dev.nook.store.space.policy;

import dev.nook.linux.fs.Disk;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.io.IOException;
import java.util.Optional;

/// Images on btrfs, which frees an extent when no file has a part of it any more, so that a copied
/// image can have more allocated than its size.
///
/// A snapshot is charged all of every extent that its image has a part of. A clone or restore is
/// charged its size, and pins all of every extent of which it has a part for as long as it shares
/// any: whichever is deleted first, the extents are paid for. Any other volume pins the parts of
/// its extents that it no longer shows. What one image alone has is written in place, so a
/// measurement stays true until the image is copied.
public record WholeExtents(Disk disk) implements SpacePolicy {
  @Override
  public Charge restored(Origin origin, long bytes) throws IOException {
    return Charge.of(bytes, origin.content().shape().provisioning())
        .withPinned(allocatedBytes(origin.home()).orElse(0L));
  }

  @Override
  public Charge cut(Origin origin) throws IOException {
    return cut(origin.home());
  }

  @Override
  public Charge ofCut(Origin origin, Home cut) throws IOException {
    return cut(cut);
  }

  private Charge cut(Home home) throws IOException {
    return Charge.of(allocatedBytes(home).orElse(0L), Provisioning.THICK);
  }

  @Override
  public Charge of(Volume volume, Home home) throws IOException {
    return Charge.of(volume.promisedBytes(), volume.content().shape().provisioning())
        .withPinned(pinnedBytes(volume, home));
  }

  /// Returns what a volume that lies here pins.
  public long pinnedBytes(Volume volume, Home home) throws IOException {
    if (ImageFile.stat(disk, home).isEmpty()) {
      return 0;
    }
    Disk.Holding holding = disk.holding(home.image());
    boolean copy = !(volume.source() instanceof VolumeSource.Empty);
    return copy && disk.shares(home.image())
        ? holding.bytes()
        : Bytes.minus(holding.bytes(), holding.shownBytes());
  }

  @Override
  public Optional<Long> limitBytes(Home home) throws IOException {
    return disk.stat(home.image()).map(Disk.Stat::sizeBytes);
  }

  @Override
  public Optional<Long> allocatedBytes(Home home) throws IOException {
    return ImageFile.stat(disk, home).isPresent()
        ? Optional.of(disk.holding(home.image()).bytes())
        : Optional.empty();
  }
}
