package dev.nook.controller.planted;

import csi.v1.Csi;
import io.grpc.Status;

/// Neither a record nor a service, and yet it knows the wire.
public final class LeaksTheWire {
  public Status of(Csi.Volume volume) {
    return volume.getCapacityBytes() == 0 ? Status.OK : Status.INTERNAL;
  }
}
