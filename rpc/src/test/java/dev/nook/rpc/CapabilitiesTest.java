package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.error.StorageException.NotReady;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.AccessMode;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CapabilitiesTest {
  private static final VolumeId ID = new VolumeId("v");

  @Test
  void theListMustNotBeEmptyWhereItIsRequired() throws Exception {
    refused(List.of(), "volume_capabilities must not be empty");
    assertThat(Capabilities.of(List.of()).supported()).isEmpty();
  }

  @Test
  void anAccessTypeMustBeGiven() {
    refused(
        List.of(Asked.mode(Mode.SINGLE_NODE_WRITER).build()),
        "volume_capabilities[0] must be block or mount");
  }

  @Test
  void aModeMustBeGivenAndKnown() {
    var good = Asked.block(Mode.SINGLE_NODE_WRITER);
    var absent = good.toBuilder().clearAccessMode().build();
    var fromTheFuture =
        good.toBuilder()
            .setAccessMode(Csi.VolumeCapability.AccessMode.newBuilder().setModeValue(99))
            .build();

    String why = "volume_capabilities[1].access_mode.mode must be a known mode";

    refused(List.of(good, absent), why);
    refused(List.of(good, Asked.block(Mode.UNKNOWN)), why);
    refused(List.of(good, fromTheFuture), why);
  }

  @Test
  void mountFlagsAndTypeAreBounded() {
    refused(
        List.of(Asked.mount(Mode.SINGLE_NODE_WRITER, "", "x".repeat(4000), "y".repeat(97))),
        "volume_capabilities[0].mount.mount_flags have more than 4096 bytes");
    refused(
        List.of(Asked.mount(Mode.SINGLE_NODE_WRITER, "x".repeat(129))),
        "volume_capabilities[0].mount.fs_type is longer than 128 bytes");
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"MULTI_NODE_SINGLE_WRITER", "MULTI_NODE_MULTI_WRITER"})
  void writingFromSeveralNodesIsWellFormedAndUnsupported(Mode mode) throws Exception {
    var wanted = List.of(Asked.block(Mode.SINGLE_NODE_WRITER), Asked.block(mode));
    String why =
        "volume_capabilities[1].access_mode.mode %s is not supported: a volume lives on one node";

    Capabilities capabilities = Capabilities.required(wanted);

    assertThat(capabilities.supported()).hasSize(1);
    assertThat(capabilities.unsupported().map(Object::toString)).contains(why.formatted(mode));
    assertThatThrownBy(capabilities::orInvalid)
        .isInstanceOf(InvalidArgument.class)
        .hasMessage(why.formatted(mode));
  }

  @Test
  void anotherFileSystemIsUnsupported() throws Exception {
    for (String type : List.of("btrfs", "ntfs", "EXT4", "ext4 ", "../ext4")) {
      var capabilities = Capabilities.of(List.of(Asked.mount(Mode.SINGLE_NODE_WRITER, type)));

      assertThat(capabilities.unsupported().map(Object::toString))
          .contains("volume_capabilities[0].mount.fs_type must be ext4 or xfs");
    }
  }

  @Test
  void aMountGroupIsUnsupported() throws Exception {
    var wanted =
        Asked.mode(Mode.SINGLE_NODE_WRITER)
            .setMount(Csi.VolumeCapability.MountVolume.newBuilder().setVolumeMountGroup("1000"))
            .build();

    assertThat(Capabilities.of(List.of(wanted)).unsupported().map(Object::toString))
        .contains("volume_capabilities[0].mount.volume_mount_group is not supported");
  }

  @Test
  void anExistingVolumeSaysFailedPreconditionToWhatItCannotServe() {
    var unset = Csi.VolumeCapability.getDefaultInstance();
    var multi = Asked.block(Mode.MULTI_NODE_MULTI_WRITER);

    assertThatThrownBy(() -> Capabilities.one(ID, false, unset))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage("volume_capability must be given");
    assertThatThrownBy(() -> Capabilities.one(ID, true, unset)).isInstanceOf(InvalidArgument.class);
    assertThatThrownBy(() -> Capabilities.one(ID, true, multi))
        .isInstanceOf(NotReady.class)
        .hasMessageStartingWith("v: volume_capability.access_mode.mode MULTI_NODE_MULTI_WRITER");
  }

  @ParameterizedTest
  @EnumSource(AccessMode.class)
  void everyModeOfOneNodeIsTaken(AccessMode mode) throws Exception {
    var wanted = Asked.mount(Mode.valueOf(mode.name()), "xfs", "noatime");

    VolumeCapability parsed = Capabilities.one(ID, true, wanted);

    assertThat(parsed)
        .isEqualTo(
            new VolumeCapability(
                new Access.Mount(Optional.of(FileSystemType.XFS), MountFlags.of("noatime")), mode));
  }

  @Test
  void anEmptyTypeIsLeftToTheVolume() throws Exception {
    var parsed = Capabilities.one(ID, true, Asked.mount(Mode.SINGLE_NODE_WRITER, ""));

    assertThat(parsed.access()).isEqualTo(new Access.Mount(Optional.empty(), MountFlags.NONE));
  }

  private static void refused(List<Csi.VolumeCapability> wanted, String message) {
    assertThatThrownBy(() -> Capabilities.required(wanted))
        .isInstanceOf(InvalidArgument.class)
        .hasMessage(message);
  }
}
