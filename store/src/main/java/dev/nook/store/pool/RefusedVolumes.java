package dev.nook.store.pool;

import dev.nook.store.VolumeFault;
import dev.nook.store.VolumeId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The volumes that could not be used when that was last tried, though nothing shows them now: what
/// is wrong with them is looked for all the same. Nothing of this outlives the driver, and the next
/// try after its restart notes it again.
final class RefusedVolumes {
  private final Map<VolumeId, Optional<VolumeFault>> refused = new ConcurrentHashMap<>();

  /// Its content was not as recorded.
  void content(VolumeId id) {
    refused.putIfAbsent(id, Optional.empty());
  }

  /// Its filesystem was not mounted.
  void mount(VolumeId id, VolumeFault why) {
    refused.put(id, Optional.of(why));
  }

  /// Its content is as recorded; of its filesystem that says nothing.
  void attached(VolumeId id) {
    refused.remove(id, Optional.<VolumeFault>empty());
  }

  void forget(VolumeId id) {
    refused.remove(id);
  }

  Set<VolumeId> ids() {
    return Set.copyOf(refused.keySet());
  }

  Optional<VolumeFault> mount(VolumeId id) {
    return refused.getOrDefault(id, Optional.empty());
  }
}
