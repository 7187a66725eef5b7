package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.Errno;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Rules for subvolumes on a filesystem other than btrfs.
interface NoSubvolumesContract extends Ground {
  @Test
  default void subvolumesAreRefusedAndQuotasAreNotEnforced() throws IOException {
    assertThat(subvolumes().enforced(folder())).isFalse();
    assertThat(subvolumes().isSubvolume(folder())).isFalse();
    refused(Errno.ENOTTY, () -> subvolumes().create(in("subvolume"), MIB));
    refused(Errno.EINVAL, () -> subvolumes().quota(folder()));
    assertThat(disk().stat(in("subvolume"))).isEmpty();
  }
}
