package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGround;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests, on real filesystems that share blocks, that after each step of a repair the ledger is
/// what a restart finds, and that nothing stays charged when all is forgotten.
@RealKernel
@ParameterizedClass
@EnumSource
class RepairSpaceIT extends StoreFixture {
  enum Kind {
    THIN_ON_XFS(FileSystemType.XFS, Provisioning.THIN),
    THIN_ON_BTRFS(FileSystemType.BTRFS, Provisioning.THIN),
    THICK_ON_BTRFS(FileSystemType.BTRFS, Provisioning.THICK);

    private final FileSystemType host;
    private final Provisioning provisioning;

    Kind(FileSystemType host, Provisioning provisioning) {
      this.host = host;
      this.provisioning = provisioning;
    }
  }

  @TempDir Path root;

  private final Kind kind;

  RepairSpaceIT(Kind kind) {
    this.kind = kind;
  }

  @Override
  protected Ground ground() throws IOException {
    return RealGround.on(
        root, kind.host, new Shape.Formatted(FileSystemType.EXT4, kind.provisioning));
  }

  @Test
  void theLedgerIsExactAfterEachStep() throws Exception {
    VolumeId id = create("pvc").id();
    write(id, "first");
    mark(id);
    long before = charged();

    assertThat(store.repairs().mend(id, Allowed.CHECK).isHarmless()).isTrue();
    sweepAll();
    assertThat(charged()).isEqualTo(before);

    Snapshot kept = store.repairs().mend(id, Allowed.IF_HARMLESS).kept().orElseThrow();
    assertExact();
    assertThat(charged()).isGreaterThanOrEqualTo(before + kept.chargedBytes());
    assertThat(read(id)).isEqualTo("first");
    write(id, "later"); // What that pins on btrfs is measured when something goes next.

    Snapshot _ = store.repairs().restore(id, Optional.empty());
    assertExact();
    mark(id);
    assertThat(store.repairs().mend(id, Allowed.IF_HARMLESS).kept()).isPresent();
    assertThat(read(id)).isEqualTo("first");
    assertExact();

    assertThat(store.repairs().forget(id)).hasSize(3);
    assertExact();
    assertThat(read(id)).isEqualTo("first");
    store.delete(id);
    sweepAll();
    assertThat(charged()).isZero();
  }

  private void assertExact() throws Exception {
    sweepAll();
    long now = charged();
    restart();
    sweepAll();
    assertThat(charged()).as("after a restart").isEqualTo(now);
  }

  private long charged() {
    return status(store).chargedBytes();
  }

  private void mark(VolumeId id) throws IOException {
    String image = home(id).image().toString();
    Processes.run(Command.of("debugfs", "-w", "-R", "set_super_value state 3", image));
  }
}
