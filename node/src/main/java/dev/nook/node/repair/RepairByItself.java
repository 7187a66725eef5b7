package dev.nook.node.repair;

import dev.nook.store.id.VolumeId;

/// A repair that a volume's class asks for.
record RepairByItself(VolumeId id) {}
