package dev.nook.driver.doctor;

import dev.nook.driver.cluster.ClusterApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Checks what a cluster must have: the CSIDriver object and the DaemonSet, registrations with
/// kubelet, StorageClasses, and what snapshots need.
///
/// @param driver the driver's name
record ClusterCheck(ClusterApi api, String driver) {
  static final String STORAGE = "/apis/storage.k8s.io/v1";

  /// One group of findings.
  private interface Part {
    List<Finding> findings() throws IOException;
  }

  List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(readable("CSIDriver", new CsiDriverCheck(api, driver)::findings));
    findings.addAll(readable("DaemonSet", new DaemonSetCheck(api, driver)::findings));
    findings.addAll(readable("CSINodes", new RegistrationCheck(api, driver)::findings));
    findings.addAll(readable("StorageClasses", new ClassesCheck(api, driver)::findings));
    var snapshots = new SnapshotsCheck(api, driver);
    findings.addAll(readable("snapshot CRDs", () -> List.of(snapshots.kinds())));
    findings.addAll(readable("snapshot-controller", () -> List.of(snapshots.controller())));
    findings.addAll(readable("VolumeSnapshotClass", snapshots::classes));
    return findings;
  }

  /// Returns a part's findings, or one finding that it may not be read, so that the other parts are
  /// still shown.
  private static List<Finding> readable(String subject, Part part) throws IOException {
    try {
      return part.findings();
    } catch (ClusterApi.Forbidden e) {
      return List.of(
          Finding.less(
              subject,
              String.valueOf(e.getMessage()),
              "run nook doctor --cluster with a kubectl that has the right to read it"));
    }
  }
}
