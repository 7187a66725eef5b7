package dev.nook.store.space;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.space.policy.SpacePolicy;
import dev.nook.store.space.policy.WholeExtents;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Measures what images pin after a copy was removed, and charges it before the charge of the copy
/// ends: what the copy leaves in extents that it shared is pinned by the images that share them.
/// Only where extents are freed as a whole ([WholeExtents]); elsewhere nothing is pinned.
public final class PinnedExtents {
  private final Layout layout;
  private final SpacePolicy images;
  private final Standing volumes;
  private final Ledger ledger;

  /// Entries that were removed from the trash and are still charged.
  private final Set<Entry> removed = ConcurrentHashMap.newKeySet();

  /// Whether images may share extents; without copies nothing needs to be measured.
  private volatile boolean copied;

  public PinnedExtents(Layout layout, Policies policies, Standing volumes, Ledger ledger) {
    this.layout = layout;
    this.images = policies.images();
    this.volumes = volumes;
    this.ledger = ledger;
  }

  /// Notes that images may share extents from now on.
  public void copying() {
    copied = true;
  }

  /// Measures what a volume pins, and charges it if the volume stands.
  public void measure(Volume volume) throws IOException {
    if (!(images instanceof WholeExtents extents) || volume.content() instanceof Content.Tree) {
      return;
    }
    Home home = layout.volume(volume.id());
    long bytes = extents.pinnedBytes(volume, home);
    if (bytes > 0) {
      copying();
    }
    if (stands(volume)) {
      ledger.pin(volume.id(), bytes);
    }
  }

  /// Whether this volume still exists, and not another one that got its name since.
  private boolean stands(Volume volume) {
    return volumes
        .known(volume.id())
        .filter(known -> known.created().equals(volume.created()))
        .isPresent();
  }

  /// Ends the charge of a removed entry: at once where it can have left nothing in others' extents,
  /// otherwise in [#settle].
  public void removed(Entry entry) {
    if (copied && images instanceof WholeExtents) {
      removed.add(entry);
    } else {
      ledger.emptied(entry);
    }
  }

  /// Charges other images for what the removed ones have left, and ends the charges of those.
  public void settle() throws IOException {
    List<Entry> entries = List.copyOf(removed);
    if (!entries.isEmpty()) {
      for (Volume volume : volumes.known().toList()) {
        measureIfThere(volume);
      }
      entries.forEach(ledger::emptied);
      entries.forEach(removed::remove);
    }
  }

  private void measureIfThere(Volume volume) throws IOException {
    try {
      measure(volume);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) { // One that is deleted meanwhile pins nothing.
        throw e;
      }
    }
  }
}
