package dev.nook.store.volume;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A volume as it is recorded beside its data.
public record Volume(
    VolumeId id,
    Name name,
    PoolName pool,
    long capacityBytes,
    Content content,
    VolumeSource source,
    Instant created) {

  /// Returns the bytes that the pool promises this volume, before overcommitment.
  public long promisedBytes() {
    return content instanceof Content.Tree tree
        ? Bytes.plus(capacityBytes, tree.sharedBytes())
        : capacityBytes;
  }

  /// Returns what it keeps that counts towards other volumes.
  public List<Share> shares() {
    return content instanceof Content.Tree tree ? tree.shares() : List.of();
  }

  /// Returns this volume with another capacity.
  public Volume withCapacity(long bytes) {
    return new Volume(id, name, pool, bytes, content, source, created);
  }

  /// Returns this volume with another content.
  public Volume withContent(Content described) {
    return new Volume(id, name, pool, capacityBytes, described, source, created);
  }

  /// Returns how this volume differs from the one that was requested; empty when it is compatible
  /// (CSI spec, CreateVolume: same name, compatible arguments).
  public Optional<String> differenceFrom(VolumeSpec spec) {
    if (!name.equals(spec.name())) {
      return Optional.of("its name is %s".formatted(name));
    }
    if (spec.pool().isPresent() && !spec.pool().get().equals(pool)) {
      return Optional.of("it lives in pool %s, not %s".formatted(pool, spec.pool().get()));
    }
    if (!content.shape().equals(spec.shape())) {
      return Optional.of("it is %s, but %s was requested".formatted(content.shape(), spec.shape()));
    }
    if (!spec.range().contains(capacityBytes)) {
      return Optional.of(
          "it has %d bytes, but %s was requested".formatted(capacityBytes, spec.range()));
    }
    return source.equals(spec.source())
        ? Optional.empty()
        : Optional.of("its source is %s, but %s was requested".formatted(source, spec.source()));
  }

  /// Returns why this volume cannot be used as a capability says; empty when it can.
  public Optional<String> refuses(VolumeCapability capability) {
    return switch (capability.access()) {
      case VolumeCapability.Access.Block _ ->
          content instanceof Content.Raw
              ? Optional.empty()
              : Optional.of("volume %s holds files, not raw blocks".formatted(id));
      case VolumeCapability.Access.Mount(var wanted, var flags) ->
          switch (content) {
            case Content.Raw _ ->
                Optional.of("volume %s is a raw block volume and cannot be mounted".formatted(id));
            case Content.Tree _ when wanted.isPresent() ->
                Optional.of("volume %s is a directory, not %s".formatted(id, wanted.get()));
            case Content.Tree _ -> flags.refusedBy(Optional.empty());
            case Content.Formatted(var shape, var _)
                when wanted.isPresent() && wanted.get() != shape.type() ->
                Optional.of("volume %s holds %s, not %s".formatted(id, shape.type(), wanted.get()));
            case Content.Formatted(var shape, var _) -> flags.refusedBy(Optional.of(shape.type()));
          };
    };
  }
}
