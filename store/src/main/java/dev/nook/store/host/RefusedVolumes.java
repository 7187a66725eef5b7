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

/// The volumes that could not be used when that was last tried, though nothing shows them now: what
/// is wrong with them is looked for all the same. Nothing of this outlives the driver, and the next
/// try after its restart notes it again.
public final class RefusedVolumes {
  public interface Attempt {
    Attachment attach() throws StorageException, IOException;
  }

  private final Map<VolumeId, Optional<VolumeFault>> refused = new ConcurrentHashMap<>();

  /// Attaches a volume; notes whether its content was found to be as recorded. Of its filesystem
  /// that says nothing.
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

  /// Its filesystem was mounted, or refused to be.
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
