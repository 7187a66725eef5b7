package dev.nook.linux.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CageFolderTest {
  private static final int USER = 65_534;

  @Test
  void aFolderThatACheckerCannotEnterIsRefusedByName(@TempDir Path closed) throws Exception {
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Path below = Files.createDirectory(closed.resolve("below"));

    assertThatThrownBy(() -> CageFolder.make(below, USER))
        .hasMessageContaining("cannot enter " + closed.toRealPath())
        .hasMessageContaining("java.io.tmpdir");
    assertThat(below).isEmptyDirectory();
  }
}
