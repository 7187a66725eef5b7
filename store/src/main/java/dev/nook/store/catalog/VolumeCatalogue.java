package dev.nook.store.catalog;

import dev.nook.store.id.VolumeId;
import dev.nook.store.space.Standing;
import dev.nook.store.volume.Volume;

/// The volumes of one pool. Who charges its space asks only which of them stand.
public final class VolumeCatalogue extends Catalogue<VolumeId, Volume> implements Standing {}
