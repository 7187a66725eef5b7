package dev.nook.driver.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.client.CsiClient;
import dev.nook.driver.soak.Subject.OfSnapshot;
import dev.nook.driver.soak.Subject.OfVolume;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Compares a driver that has just started, the kernel and the disk with the model, while no call
/// runs.
final class Checker {
  private final Ground ground;
  private final Model model;
  private final Pod pod;

  Checker(Ground ground, Model model, Pod pod) {
    this.ground = ground;
    this.model = model;
    this.pod = pod;
  }

  void check(CsiClient client) throws IOException {
    requireListed(Listed.volumes(client), true);
    requireListed(Listed.snapshots(client), false);
    requireAttached();
    for (String pool : Ground.POOLS) {
      requireNothingUnderConstruction(ground.pool(pool).resolve("staging"));
    }
    for (OfVolume volume : model.volumes) {
      if (volume.pending == null) {
        requireShown(client, volume);
      }
    }
  }

  /// Checks that what was acknowledged is there, that what was deleted is not, and that all else
  /// there was asked for and not yet answered.
  private void requireListed(Map<String, Long> listed, boolean ofVolumes) {
    List<String> unknown = new ArrayList<>(listed.keySet());
    for (Subject subject : ofVolumes ? model.volumes : model.snapshots) {
      unknown.remove(subject.id);
      Long bytes = listed.get(subject.id);
      if (bytes == null) {
        assertThat(subject.id == null || isBeingDeleted(subject))
            .as("a list without%n%s", subject.story())
            .isTrue();
      } else {
        assertThat(bytes).as("size of%n%s", subject.story()).isIn(sizes(subject));
      }
    }
    assertThat(unknown)
        .as("listed, and neither acknowledged nor asked for; or deleted before")
        .hasSizeLessThanOrEqualTo((int) model.perhaps(ofVolumes));
  }

  private static boolean isBeingDeleted(Subject subject) {
    return subject.pending != null && subject.pending.startsWith("Delete");
  }

  private static List<Long> sizes(Subject subject) {
    return switch (subject) {
      case OfVolume volume -> List.of(volume.bytes, volume.wanted);
      case OfSnapshot snapshot -> List.of(snapshot.bytes);
    };
  }

  /// Checks, once the trash is empty, that what was deleted or under construction at a kill has no
  /// device.
  void requireSwept() throws IOException {
    assertThat(ground.attached())
        .as("files with a loop device, of which none is deleted")
        .allMatch(file -> isOfVolume(file))
        .allMatch(Files::exists);
  }

  /// Whether a file belongs to a volume, and not to something under construction or deleted.
  private static boolean isOfVolume(Path file) {
    return file.getName(file.getNameCount() - 3).endsWith("volumes");
  }

  /// Checks that each staged volume has one loop device, and no other volume has any.
  private void requireAttached() throws IOException {
    List<String> staged = new ArrayList<>();
    List<String> perhaps = new ArrayList<>();
    for (OfVolume volume : model.volumes) {
      if (volume.pending != null) {
        perhaps.add(volume.id);
      } else if (volume.staged && !volume.kind.tree()) {
        staged.add(volume.id());
      }
    }
    List<String> attached = new ArrayList<>();
    for (Path file : ground.attached()) {
      if (isOfVolume(file)) { // The sweep sees to others.
        attached.add(file.getName(file.getNameCount() - 2).toString());
      }
    }
    attached.removeAll(perhaps);
    assertThat(attached)
        .as("volumes with a loop device")
        .containsExactlyInAnyOrderElementsOf(staged);
  }

  private static void requireNothingUnderConstruction(Path staging) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(staging)) {
      for (Path entry : entries) {
        assertThat(entry.getFileName().toString()).as("in staging/").startsWith("template.");
      }
    }
  }

  private void requireShown(CsiClient client, OfVolume volume) throws IOException {
    List<Path> shown = ground.shown();
    assertThat(shown.stream().filter(at -> at.equals(pod.target(volume))).count())
        .as("mounts at the target of%n%s", volume.story())
        .isEqualTo(volume.published ? 1 : 0);
    if (volume.published) {
      assertThat(client.stats(volume.id(), pod.target(volume)).getUsageCount()).isPositive();
      pod.read(volume);
    }
  }
}
