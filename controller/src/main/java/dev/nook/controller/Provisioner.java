package dev.nook.controller;

import dev.nook.store.Operations;
import dev.nook.store.Volumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// Creates, expands, deletes and finds volumes. A call that changes a volume holds its id in
/// [Operations], which the Node service shares; a call that only reads holds nothing.
public final class Provisioner {
  private final Volumes volumes;
  private final Operations operations;
  private final Growth growth;

  public Provisioner(Volumes volumes, Operations operations, Growth growth) {
    this.volumes = volumes;
    this.operations = operations;
    this.growth = growth;
  }

  /// A volume that has been expanded.
  ///
  /// @param complete whether nothing is left for the node to expand
  record Expanded(Volume volume, boolean complete) {}

  Volume create(CreateVolume create) throws StorageException, IOException {
    var spec = create.spec();
    return operations.copy(
        volumes.idOf(spec),
        spec.source().pins(),
        create,
        showable -> volumes.create(spec, showable));
  }

  void delete(DeleteVolume delete) throws StorageException, IOException {
    Object _ =
        operations.run(
            delete.id(),
            Set.of(),
            delete,
            () -> {
              volumes.delete(delete.id());
              return delete;
            });
  }

  Expanded expand(ExpandVolume expand) throws StorageException, IOException {
    return operations.run(
        expand.id(),
        Set.of(),
        expand,
        () -> {
          Volume volume = volumes.get(expand.id());
          for (VolumeCapability capability : expand.capabilities()) {
            Optional<String> refused = volume.refuses(capability);
            if (refused.isPresent()) {
              throw new InvalidArgument("volume_capability:", refused.get());
            }
          }
          Volume grown = volumes.expand(volume, expand.range());
          return new Expanded(grown, growth.complete(grown));
        });
  }

  Volume get(VolumeId id) throws StorageException, IOException {
    return volumes.get(id);
  }

  Volumes.Page list(int max, Optional<String> token) throws StorageException, IOException {
    return volumes.list(max, token);
  }

  Volumes.Capacity capacity(CapacityQuery query) throws StorageException, IOException {
    return query.servable() ? volumes.capacity(query.pool(), query.shape()) : Volumes.Capacity.NONE;
  }
}
