package dev.nook.node.repair;

import dev.nook.rpc.Unary;
import io.grpc.stub.StreamObserver;
import nook.v1.Nook.CheckVolumeRequest;
import nook.v1.Nook.CheckVolumeResponse;
import nook.v1.Nook.ForgetVolumeRequest;
import nook.v1.Nook.ForgetVolumeResponse;
import nook.v1.Nook.RepairVolumeRequest;
import nook.v1.Nook.RepairVolumeResponse;
import nook.v1.Nook.RestoreVolumeRequest;
import nook.v1.Nook.RestoreVolumeResponse;
import nook.v1.VolumesGrpc;

/// Serves the commands for single volumes. The driver holds the pools' locks, so the commands do
/// nothing themselves.
public final class VolumesService extends VolumesGrpc.VolumesImplBase {
  private final Mender mender;

  public VolumesService(Mender mender) {
    this.mender = mender;
  }

  @Override
  public void checkVolume(CheckVolumeRequest request, StreamObserver<CheckVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.checked(mender.check(CheckVolume.from(request))));
  }

  @Override
  public void repairVolume(
      RepairVolumeRequest request, StreamObserver<RepairVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.repaired(mender.repair(RepairVolume.from(request))));
  }

  @Override
  public void restoreVolume(
      RestoreVolumeRequest request, StreamObserver<RestoreVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.restored(mender.restore(RestoreVolume.from(request))));
  }

  @Override
  public void forgetVolume(
      ForgetVolumeRequest request, StreamObserver<ForgetVolumeResponse> reply) {
    Unary.answer(reply, () -> Replies.forgotten(mender.forget(ForgetVolume.from(request))));
  }
}
