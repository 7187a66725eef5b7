package dev.nook.store.pool;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.Content;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSource;
import dev.nook.store.pool.CapacityLedger.Reservation;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What images keep taken beside their size in a pool that frees space by whole extents (btrfs): an
/// extent of which a copy, or what was copied, still has one block.
///
/// While a copy stands it is charged all of every extent that it shares, and whoever writes over
/// them is charged its size: together that is the most that both can come to. When the copy is
/// gone, what it leaves in the extents of others is theirs, and is looked at before its own charge
/// ends. What one image alone has is written in place, so that what was looked at stays true.
final class Remnants {
  private final Layout layout;
  private final Backends backends;
  private final Catalogue<VolumeId, Volume> volumes;
  private final CapacityLedger ledger;

  /// What is gone from the trash, and still charged.
  private final Set<String> removed = ConcurrentHashMap.newKeySet();

  /// Whether anything may share extents; without copies nobody need look.
  private volatile boolean copied;

  Remnants(
      Layout layout,
      Backends backends,
      Catalogue<VolumeId, Volume> volumes,
      CapacityLedger ledger) {
    this.layout = layout;
    this.backends = backends;
    this.volumes = volumes;
    this.ledger = ledger;
  }

  /// From now on images may share extents.
  void copying() {
    copied = true;
  }

  /// What a copy of this keeps at most, if it is made now.
  long ofCopy(Origin origin) throws IOException {
    Content content = origin.content();
    return matterFor(content) ? backends.of(content).sharedBytes(origin) : 0;
  }

  /// Promises a volume that is being made what it will keep; empty when that is not there.
  Optional<Reservation> reserve(VolumeId id, long bytes) throws IOException {
    return ledger.reserveBeside(key(id), bytes);
  }

  /// What a volume keeps that lies here, now exactly.
  long of(Volume volume, Home home) throws IOException {
    boolean copy = !(volume.source() instanceof VolumeSource.Empty);
    return matterFor(volume.content()) ? backends.of(volume.content()).keptBytes(home, copy) : 0;
  }

  /// Charges what a volume keeps that is there.
  void look(Volume volume) throws IOException {
    long bytes = of(volume, layout.volume(volume.id()));
    if (bytes > 0) {
      copying();
    }
    synchronized (this) {
      if (stands(volume)) {
        ledger.chargeBeside(key(volume.id()), bytes);
      }
    }
  }

  private void lookIfThere(Volume volume) throws IOException {
    try {
      look(volume);
    } catch (SystemCallException e) {
      if (!e.is(Errno.ENOENT)) { // One that is deleted meanwhile keeps nothing.
        throw e;
      }
    }
  }

  /// Not another one that was given its name since.
  private boolean stands(Volume volume) {
    return volumes
        .known(volume.id())
        .filter(known -> known.created().equals(volume.created()))
        .isPresent();
  }

  /// A volume is deleted: what it holds is charged in the trash.
  synchronized void discarded(VolumeId id) {
    ledger.chargeBeside(key(id), 0);
  }

  /// Ends the charge of what is gone from the trash: at once where it can have left nothing to
  /// others, else in [#settle].
  void removed(String entry) {
    if (copied && isFreedByExtents()) {
      removed.add(entry);
    } else {
      ledger.emptied(entry);
    }
  }

  /// Charges what the removed have left to others, and ends their own charges.
  void settle() throws IOException {
    List<String> entries = List.copyOf(removed);
    if (!entries.isEmpty()) {
      for (Volume volume : volumes.known().toList()) {
        lookIfThere(volume);
      }
      entries.forEach(ledger::emptied);
      entries.forEach(removed::remove);
    }
  }

  /// Quotas count what directories hold.
  private boolean matterFor(Content content) {
    return isFreedByExtents() && !(content instanceof Content.Tree);
  }

  private boolean isFreedByExtents() {
    return ledger.space().is(FileSystemType.BTRFS);
  }

  /// No id has a space.
  private static String key(VolumeId id) {
    return id.text() + " keeps";
  }
}
