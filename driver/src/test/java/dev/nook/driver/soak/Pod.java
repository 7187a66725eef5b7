package dev.nook.driver.soak;

import dev.nook.driver.soak.Subject.OfVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/// Does what pods do in published volumes: writes, and reads everything again.
record Pod(Path kubelet, Calls calls, Tally tally) {
  Path staging(OfVolume volume) {
    return kubelet.resolve("staging-" + volume.name);
  }

  Path target(OfVolume volume) {
    return kubelet.resolve("pod-" + volume.name);
  }

  private Path data(OfVolume volume) {
    return volume.kind.files() ? target(volume).resolve("data") : target(volume);
  }

  /// Makes some writes, each durable before the next.
  void write(OfVolume volume, int writes, Random random) throws IOException, InterruptedException {
    for (int i = 0; i < writes; i++) {
      boolean _ =
          calls.locally(() -> {
            volume.content.write(data(volume), random);
            return true;
          });
    }
  }

  /// Reads all of it and compares; from then on its moment is known.
  void verify(OfVolume volume) throws IOException, InterruptedException {
    boolean _ =
        calls.locally(() -> {
          read(volume);
          return true;
        });
  }

  /// The same at a standstill.
  void read(OfVolume volume) throws IOException {
    try {
      int moment = volume.content.require(data(volume), volume.earliest, volume.content.moment());
      volume.content = volume.content.at(moment);
      volume.earliest = moment;
      tally.verified();
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + System.lineSeparator() + volume.story(), e);
    }
  }
}
