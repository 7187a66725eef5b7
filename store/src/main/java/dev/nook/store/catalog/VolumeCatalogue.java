package dev.nook.store.catalog;

import dev.nook.store.id.VolumeId;
import dev.nook.store.space.Standing;
import dev.nook.store.volume.Volume;

/// The volumes of one pool; whoever keeps its space asks which of them stand.
public final class VolumeCatalogue extends Catalogue<VolumeId, Volume> implements Standing {}
