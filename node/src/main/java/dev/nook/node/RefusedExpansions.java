package dev.nook.node;

import dev.nook.store.error.StorageException.ExpansionRefused;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What to answer when a volume cannot grow as asked. kubelet asks a running pod's volume again and
/// again, and that of a starting pod after each NodePublishVolume: there OUT_OF_RANGE keeps the pod
/// from starting, while FAILED_PRECONDITION lets it start and ends the asking.
///
/// A refusal is OUT_OF_RANGE, with which a claim can be lowered, unless it meets the request that
/// was refused last, and NodePublishVolume has been called between the two: then it is
/// FAILED_PRECONDITION. Either refusal counts as the last one, so the same request without a
/// publish in between is OUT_OF_RANGE again.
///
/// Nothing of this outlives the driver: after its restart a starting pod is refused once more.
public final class RefusedExpansions {
  private record Refusal(CapacityRange range, boolean published) {}

  private final Map<VolumeId, Refusal> last = new ConcurrentHashMap<>();

  /// Remembers a refusal until [#forget]; the caller holds the volume, which is staged.
  ExpansionRefused again(VolumeId id, CapacityRange range, ExpansionRefused why) {
    Refusal before = last.put(id, new Refusal(range, false));
    return new Refusal(range, true).equals(before) ? why.toAPodThatStarts() : why;
  }

  void published(VolumeId id) {
    last.computeIfPresent(id, (_, refusal) -> new Refusal(refusal.range(), true));
  }

  void forget(VolumeId id) {
    last.remove(id);
  }
}
