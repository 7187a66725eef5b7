package dev.nook.store.host;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Remembers the volumes that could not be staged when that was last tried, so that their faults
/// are looked for although nothing is attached. It is kept in memory only; the next try after a
/// restart notes them again.
public final class RefusedVolumes {
  public interface Attempt {
    Attachment attach() throws StorageException, IOException;
  }

  private final Map<VolumeId, Optional<VolumeFault>> refused = new ConcurrentHashMap<>();

  /// Attaches a volume and notes whether its content was as recorded. Whether its filesystem can be
  /// mounted is noted by [#mounted].
  public Attachment attach(VolumeId id, Attempt attempt) throws StorageException, IOException {
    try {
      Attachment attachment = attempt.attach();
      refused.remove(id, Optional.<VolumeFault>empty());
      return attachment;
    } catch (StorageException.NotReady e) {
      refused.putIfAbsent(id, Optional.empty());
      throw e;
    }
  }

  /// Notes whether a volume's filesystem could be mounted.
  public void mounted(VolumeId id, Optional<VolumeFault> why) {
    if (why.isPresent()) {
      refused.put(id, why);
    } else {
      forget(id);
    }
  }

  public void forget(VolumeId id) {
    refused.remove(id);
  }

  public Set<VolumeId> ids() {
    return Set.copyOf(refused.keySet());
  }

  public Optional<VolumeFault> mount(VolumeId id) {
    return refused.getOrDefault(id, Optional.empty());
  }
}
