package dev.nook.store.host;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.PoolConfig;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolFault;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Looks for faults of a pool other than those in its status. For the thread that may wait for its
/// disk.
public final class PoolFaults {
  private PoolFaults() {}

  /// @param complaints the failures of the last sweep
  public static List<PoolFault> seen(
      PoolConfig config, FileSystems fileSystems, List<Complaint> complaints) throws IOException {
    PoolName name = config.name();
    boolean overcommitted = config.overcommit() > 1;
    List<PoolFault> faults =
        new ArrayList<>(PoolFault.of(name, fileSystems.usage(config.path()), overcommitted));
    fileSystems
        .met(config.path())
        .map(met -> new PoolFault(name, PoolFault.Reason.POOL_FILESYSTEM_ERRORS, met))
        .ifPresent(faults::add);
    for (Complaint complaint : complaints) {
      faults.add(new PoolFault(name, PoolFault.Reason.HOUSEKEEPING_FAILS, complaint.toString()));
    }
    return faults;
  }
}
