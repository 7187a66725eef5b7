package dev.nook.linux.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MountFlagsTest {
  private static final Optional<FileSystemType> EXT4 = Optional.of(FileSystemType.EXT4);
  private static final Optional<FileSystemType> XFS = Optional.of(FileSystemType.XFS);
  private static final Optional<FileSystemType> TREE = Optional.empty();
  private static final String LABEL = "context=\"system_u:object_r:container_file_t:s0:c12,c1023\"";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "dev",
        "suid",
        "RO",
        "ro ",
        "ro,dev",
        "noatime,dev",
        "nouuid",
        "norecovery",
        "noload",
        "nobarrier",
        "barrier=0",
        "data=writeback",
        "errors=continue",
        "errors=panic",
        "commit=0",
        "commit=301",
        "commit=-1",
        "commit=5,nobarrier",
        "commit=9999999999999",
        "journal_dev=7",
        "journal_path=/dev/sda",
        "logdev=/dev/sda",
        "allocsize=3k",
        "allocsize=2k",
        "allocsize=2g",
        "allocsize=1025m",
        "allocsize=9999999999g",
        "loop",
        "bind",
        "remount",
        "X-mount.mkdir",
        "subvol=/",
        "usrquota",
        "context=system_u:object_r:container_file_t:s0",
        "context=\"system_u:object_r:container_file_t:s0\",dev",
        "context=\"system_u:object_r:container_file_t:s0,dev\"",
        "context=\"system_u:object_r:container_file_t\"",
        "context=\"a:b:c:s0:c1,c2,\"",
        "fscontext=\"system_u:object_r:container_file_t:s0\"",
        "ro\n",
        "ro\0",
      })
  void aFlagThatIsNotOnTheListIsRefusedEverywhere(String flag) {
    assertThat(MountFlags.of(flag).refusedBy(EXT4)).isPresent();
    assertThat(MountFlags.of(flag).refusedBy(XFS)).isPresent();
    assertThat(MountFlags.of(flag).refusedBy(Optional.of(FileSystemType.BTRFS))).isPresent();
    assertThat(MountFlags.of(flag).refusedBy(TREE)).isPresent();
  }

  @Test
  void aRefusalNamesTheFirstOffenderInPrintableTextWithoutItsValue() {
    assertThat(MountFlags.of("ro", "data\n\u001b[2J", "zz").refusedBy(EXT4))
        .hasValue("mount flag \"data??[2J\" is not allowed on ext4");
    assertThat(MountFlags.of("password=secret").refusedBy(EXT4))
        .hasValue("mount flag \"password=…\" is not allowed on ext4");
    assertThat(MountFlags.of("discard").refusedBy(TREE))
        .hasValue("mount flag \"discard\" is not allowed on a directory volume");
  }

  @Test
  void contradictionsAreRefused() {
    assertThat(MountFlags.of("ro", "rw").refusedBy(EXT4))
        .hasValue("mount flag \"rw\" contradicts another flag");
    assertThat(MountFlags.of("noatime", "relatime").refusedBy(TREE)).isPresent();
    assertThat(MountFlags.of("discard", "nodiscard").refusedBy(XFS)).isPresent();
    assertThat(MountFlags.of("commit=5", "commit=6").refusedBy(EXT4)).isPresent();
  }

  @Test
  void eachFilesystemTakesItsOwnFlagsOnly() {
    MountFlags ext4 = MountFlags.of("commit=300", "discard", "errors=remount-ro", LABEL);
    MountFlags xfs = MountFlags.of("inode64", "largeio", "allocsize=1g", "nodiscard", LABEL);

    assertThat(ext4.refusedBy(EXT4)).isEmpty();
    assertThat(ext4.refusedBy(XFS)).isPresent();
    assertThat(xfs.refusedBy(XFS)).isEmpty();
    assertThat(xfs.refusedBy(EXT4)).isPresent();
    assertThat(MountFlags.of("allocsize=4096").refusedBy(XFS)).isEmpty();
    assertThat(MountFlags.of(LABEL).refusedBy(TREE)).isPresent();
  }

  @ParameterizedTest
  @EnumSource(KernelFlag.class)
  void aTreeTakesWhatABindMountCanHold(KernelFlag flag) {
    String text = flag.name().toLowerCase(java.util.Locale.ROOT);

    assertThat(MountFlags.of(text).refusedBy(EXT4)).isEmpty();
    assertThat(MountFlags.of(text).refusedBy(TREE).isEmpty()).isEqualTo(flag.perMount);
  }

  @Test
  void ext4IsToldToGoReadOnlyOnErrorsWhateverIsAsked() {
    assertThat(MountFlags.NONE.data(FileSystemType.EXT4)).isEqualTo("errors=remount-ro");
    assertThat(MountFlags.of("ro", "discard", LABEL).data(FileSystemType.EXT4))
        .isEqualTo(LABEL + ",discard,errors=remount-ro");
    assertThat(MountFlags.of("noatime").data(FileSystemType.XFS)).isEmpty();
  }

  @Test
  void devicesAreNeverHonoured() {
    assertThat(MountFlags.NONE.mountBits()).isEqualTo(4);
    assertThat(MountFlags.of("ro", "noexec", "lazytime").mountBits())
        .isEqualTo(1 | 4 | 8 | 1 << 25);
  }

  @Test
  void aRefusedFlagReachesNoSystemCall() {
    assertThatThrownBy(() ->
            new KernelMounts()
                .mount(
                    Path.of("/nothing"),
                    Path.of("/nothing"),
                    FileSystemType.EXT4,
                    MountFlags.of("data=writeback")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readOnlyReplacesReadWrite() {
    assertThat(MountFlags.of("rw", "noatime").withReadOnly())
        .isEqualTo(MountFlags.of("noatime", "ro"))
        .returns(true, MountFlags::readOnly);
  }
}
