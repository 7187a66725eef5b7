package dev.nook.store.catalog;

import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.space.Standing;

/// The volumes of one pool; whoever keeps its space asks which of them stand.
public final class VolumeCatalogue extends Catalogue<VolumeId, Volume> implements Standing {}
