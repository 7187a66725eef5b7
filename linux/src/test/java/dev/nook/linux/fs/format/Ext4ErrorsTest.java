package dev.nook.linux.fs.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.ErrorState;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an ext4 says of errors, as its own tools write and read it.
class Ext4ErrorsTest {
  private static final int ERROR_AT = 0x20;

  private final HostFileSystems fileSystems = new HostFileSystems();
  @TempDir private Path dir;
  private Path image;

  @BeforeEach
  void format() throws IOException {
    image = dir.resolve("image");
    new KernelDisk().allocate(image, 64L << 20, Allocation.SPARSE);
    fileSystems.format(image, FileSystemType.EXT4, UUID.randomUUID(), Allocation.SPARSE);
  }

  @Test
  void aNewOneNotesNothing() throws IOException {
    assertThat(errors()).isEqualTo(ErrorState.NONE);
    assertThat(errors().isDamage()).isFalse();
    assertThat(fileSystems.errors(image, FileSystemType.XFS)).isEqualTo(ErrorState.NONE);
  }

  @Test
  void aMarkAloneIsDamage() throws IOException {
    debugfs("set_super_value state 3");

    assertThat(errors().isDamage()).isTrue();
    assertThat(errors()).hasToString("it is marked to be checked");
  }

  @Test
  void whatWasCountedIsSaid() throws IOException {
    debugfs("set_super_value error_count 2");
    debugfs("set_super_value first_error_time 20260101000000");
    debugfs("set_super_value first_error_func ext4_find_entry");
    debugfs("set_super_value first_error_line 17");
    debugfs("set_super_value last_error_time 20260102000000");
    debugfs("set_super_value last_error_func ext4_lookup");
    debugfs("set_super_value last_error_line 18");

    assertThat(errors().first())
        .hasValueSatisfying(first -> {
          assertThat(first.function()).isEqualTo("ext4_find_entry");
          assertThat(first.line()).isEqualTo(17);
        });
    assertThat(errors().last()).hasValueSatisfying(last -> assertThat(last.line()).isEqualTo(18));
    assertThat(errors())
        .hasToString("it notes 2 errors, the last in ext4_lookup at 2026-01-02T00:00:00Z");
    assertThat(errors().isDamage()).isTrue();
  }

  @Test
  void anAbortBecauseOfARefusedWriteIsNoDamageAndCanBeForgotten() throws IOException {
    abort(-5);
    assertThat(errors().isOfRefusedWrite()).isTrue();

    fileSystems.forgetAbort(image, FileSystemType.EXT4);

    assertThat(errors()).isEqualTo(ErrorState.NONE);
    Processes.run(Command.of("e2fsck", "-fn", image.toString()));
    assertThat(Processes.run(Command.of("dumpe2fs", "-h", image.toString())).out())
        .doesNotContain("Journal errno");
  }

  @Test
  void anAbortForAnotherReasonIsDamage() throws IOException {
    abort(-117);

    assertThat(errors().isDamage()).isTrue();
    assertThat(errors()).hasToString("its journal was aborted with error 117");
  }

  /// A journal that lies at no place that makes sense notes nothing; nothing else is read for it.
  @Test
  void noiseInASuperblockIsReadAsSomething() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      byte[] noise = new byte[512];
      random.nextBytes(noise);
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.seek(1024 + 0x100);
        file.write(noise);
      }
      assertThat(errors().toString()).matches("[\\p{Print}]*");
    }
  }

  private ErrorState errors() throws IOException {
    return fileSystems.errors(image, FileSystemType.EXT4);
  }

  private void debugfs(String request) throws IOException {
    Processes.run(Command.of("debugfs", "-w", "-R", request, image.toString()));
  }

  private void abort(int error) throws IOException {
    String block = Processes.run(Command.of("debugfs", "-R", "bmap <8> 0", image.toString())).out();
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.seek(Long.parseLong(block.strip()) * 4096 + ERROR_AT);
      file.writeInt(error);
    }
  }
}
