package dev.nook.testing.contract;

import dev.nook.linux.fs.FileSystemType;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(value = FileSystemType.class, names = "BTRFS")
class FakeKernelBtrfsTest extends FakeKernelGround implements SubvolumesContract {
  FakeKernelBtrfsTest(FileSystemType host, @TempDir Path root) {
    super(host, root);
  }
}
