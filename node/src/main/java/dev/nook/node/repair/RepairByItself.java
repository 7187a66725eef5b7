package dev.nook.node.repair;

import dev.nook.store.id.VolumeId;

/// A repair for which a volume's class asks.
record RepairByItself(VolumeId id) {}
