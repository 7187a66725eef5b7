package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.driver.serve.Rig.Wired;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the same tests on real loop devices, filesystems and mounts, and some that only they allow.
@RealKernel
class ConformanceIT extends Conformance {
  private static final int CHUNK = 1 << 20;

  @Override
  Rig rig(Path folder, Kind kind) throws IOException {
    return new RealRig(folder, kind.pool());
  }

  @ParameterizedTest
  @EnumSource
  void aReadOnlyPublishRefusesWrites(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write("before");
      volume.unpublish().publish(true);

      assertThatThrownBy(() -> volume.write("after!"))
          .hasMessageMatching("(.*: )?(Read-only file system|Operation not permitted)");

      assertThat(volume.read(6)).isEqualTo("before");
      volume.unpublish().unstage().delete();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWritePastTheEndFailsAndTheNextVolumeIsNotTouched(Kind kind) throws Exception {
    try (Rig rig = started(kind)) {
      Wired other = rig.create("other", kind).stage().publish();
      other.write("theirs");
      Wired volume = rig.create("v", kind).stage().publish();

      long written = fill(volume.data(), kind.bytes());

      assertThat(written).isBetween(kind.bytes() * 7 / 10, kind.bytes());
      assertThat(other.read(6)).isEqualTo("theirs");
      volume.unpublish().unstage().delete();
      other.unpublish().unstage().delete();
    }
  }

  /// Writes until the kernel refuses; returns how many bytes were written.
  private static long fill(Path file, long capacity) throws IOException {
    long written = 0;
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
      while (written <= 2 * capacity) {
        written += out.write(ByteBuffer.allocate(CHUNK), written);
        out.force(false);
      }
    } catch (IOException refused) {
      assertThat(refused).hasMessageMatching("No space left on device|Disk quota exceeded");
      return written;
    }
    throw new AssertionError("%s took %d bytes and no end".formatted(file, written));
  }
}
