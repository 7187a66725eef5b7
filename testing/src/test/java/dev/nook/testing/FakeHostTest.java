package dev.nook.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What only the fake can do.
class FakeHostTest {
  @TempDir Path root;

  @Test
  void dataOnAnImageSurvivesARebootAndIsNotSeenWithoutTheMount() throws IOException {
    FakeKernel kernel = new FakeKernel(root);
    Linux linux = kernel.linux();
    Path image = root.resolve("image");
    Path target = Files.createDirectory(root.resolve("target"));
    linux.disk().allocate(image, 64 << 20, Allocation.SPARSE);
    linux.fileSystems().format(image, FileSystemType.EXT4, UUID.randomUUID(), Allocation.SPARSE);
    mount(linux, image, target);
    Files.writeString(kernel.contentOf(target.resolve("greeting")), "hello");

    kernel.reboot();

    kernel.assertNothingLeft();
    assertThat(linux.disk().list(target)).isEmpty();
    mount(linux, image, target);
    assertThat(linux.disk().list(target)).containsExactly("greeting");
    assertThatThrownBy(kernel::assertNothingLeft)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(target.toString())
        .hasMessageContaining(image.toString());
  }

  private static void mount(Linux linux, Path image, Path target) throws IOException {
    Loop loop = linux.loops().attach(new Attach(image, Access.READ_WRITE, true, "label"));
    linux.mounts().mount(loop.device(), target, FileSystemType.EXT4, MountFlags.NONE);
  }
}
