package dev.nook.store.catalog;

import dev.nook.linux.fs.Disk;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.policy.QuotaTrees;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says to which volumes it counts what an origin shares, briefly enough for the record of a copy
/// however many generations of copies came before: one share for each volume that stands, for the
/// largest shares if there are many, and one share for all others together.
///
/// For volumes that are gone no more is charged than the kernel says that copies still hold of
/// them.
public final class Lineage {
  /// A record with so many shares, and any name, is well below
  /// [dev.nook.store.record.Record#MAX_BYTES].
  private static final int NAMED = 32;

  private final Layout layout;
  private final Disk disk;
  private final QuotaTrees quotas;
  private final Catalogue<VolumeId, Volume> volumes;

  public Lineage(Layout layout, Disk disk, QuotaTrees quotas, Catalogue<VolumeId, Volume> volumes) {
    this.layout = layout;
    this.disk = disk;
    this.quotas = quotas;
    this.volumes = volumes;
  }

  public Volume of(Volume volume) throws IOException {
    return volume.content() instanceof Content.Tree(var shape, var enforced, var shares)
        ? volume.withContent(new Content.Tree(shape, enforced, of(shares)))
        : volume;
  }

  public Origin of(Snapshot snapshot) throws IOException {
    Origin origin = Origin.of(snapshot, layout);
    return origin.shares().isEmpty() ? origin : origin.withShares(of(origin.shares()));
  }

  private List<Share> of(List<Share> shares) throws IOException {
    Map<VolumeId, Long> all = new HashMap<>();
    shares.forEach(share -> all.merge(share.volume(), share.bytes(), Bytes::plus));
    List<Share> standing = new ArrayList<>();
    Optional<Share> gone = Optional.empty();
    Set<StoredId> there = there(all.keySet());
    for (var each : all.entrySet()) {
      Share share = new Share(each.getKey(), each.getValue());
      if (there.contains(share.volume())) {
        standing.add(share);
      } else {
        gone = Optional.of(plus(share, gone));
      }
    }
    if (gone.isPresent()) {
      long kept = Math.min(gone.get().bytes(), quotas.orphanedBytes());
      gone = Optional.of(new Share(gone.get().volume(), kept));
    }
    return shortened(standing, gone);
  }

  /// Returns those that stand or lie in the trash, where their subvolumes still count.
  private Set<StoredId> there(Set<VolumeId> ids) throws IOException {
    Set<StoredId> there = new HashSet<>(ids);
    there.removeIf(id -> id instanceof VolumeId volume && volumes.find(volume).isEmpty());
    if (there.size() < ids.size()) {
      disk.list(layout.trash()).forEach(entry -> there.add(Layout.idOf(entry)));
    }
    return there;
  }

  /// Adds the smallest of too many to the share of those that are gone, or else to the largest.
  private static List<Share> shortened(List<Share> standing, Optional<Share> gone) {
    standing.sort(Comparator.comparing(Share::bytes).reversed());
    List<Share> named = new ArrayList<>();
    gone.ifPresent(named::add);
    for (Share share : standing) {
      if (named.size() <= NAMED) {
        named.add(share);
      } else {
        named.set(0, plus(share, Optional.of(named.getFirst())));
      }
    }
    named.removeIf(share -> share.bytes() == 0);
    return named;
  }

  /// Returns the sum, as a share of the second volume if there is one.
  private static Share plus(Share share, Optional<Share> more) {
    return more.map(other -> new Share(other.volume(), Bytes.plus(other.bytes(), share.bytes())))
        .orElse(share);
  }
}
