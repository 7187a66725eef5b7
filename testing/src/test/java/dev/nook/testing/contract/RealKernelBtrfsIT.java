package dev.nook.testing.contract;

import dev.nook.linux.fs.FileSystemType;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(value = FileSystemType.class, names = "BTRFS")
class RealKernelBtrfsIT extends RealKernelGround implements SubvolumesContract {
  RealKernelBtrfsIT(FileSystemType host) {
    super(host);
  }
}
