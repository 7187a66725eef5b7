package dev.nook.store.pool;

import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.space.Standing;

/// The volumes of one pool; whoever keeps its space asks which of them stand.
final class VolumeCatalogue extends Catalogue<VolumeId, Volume> implements Standing {}
