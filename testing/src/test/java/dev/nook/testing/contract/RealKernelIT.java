package dev.nook.testing.contract;

import dev.nook.linux.fs.FileSystemType;
import org.junit.jupiter.params.provider.EnumSource;

@EnumSource(value = FileSystemType.class, names = "BTRFS", mode = EnumSource.Mode.EXCLUDE)
class RealKernelIT extends RealKernelGround implements NoSubvolumesContract {
  RealKernelIT(FileSystemType host) {
    super(host);
  }
}
