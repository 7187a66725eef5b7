package dev.nook.linux.fs.format;

import static dev.nook.linux.fs.FileSystemType.BTRFS;
import static dev.nook.linux.fs.FileSystemType.EXT4;
import static dev.nook.linux.fs.FileSystemType.XFS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SuperblockTest {
  private static final UUID SOME = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");

  private final ByteBuffer head =
      ByteBuffer.allocate(Superblock.HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  @Test
  void zerosAreNoFileSystem() {
    assertThat(Superblock.in(head)).isEmpty();
  }

  @Test
  void everyHeadThatEndsBeforeTheSuperblockIsEmptyAndNoError() {
    xfs();
    ext4();
    btrfs();

    for (int length : new int[] {0, 1, 4, 0x1ff}) {
      assertThat(Superblock.in(ByteBuffer.wrap(head.array(), 0, length))).isEmpty();
    }
  }

  @Test
  void xfsIsReadBigEndian() {
    xfs();

    assertThat(Superblock.in(head)).contains(new Superblock(XFS, SOME, 76_800L * 4096));
  }

  @Test
  void ext4CountsBlocksInSixtyFourBits() {
    ext4();
    head.putInt(0x400 + 0x60, 0x80).putInt(0x400 + 0x150, 1);

    assertThat(Superblock.in(head))
        .contains(new Superblock(EXT4, SOME, (8192L + (1L << 32)) * 4096));
  }

  @Test
  void ext4IgnoresTheUpperHalfWithoutThe64BitFeature() {
    ext4();
    head.putInt(0x400 + 0x150, 1);

    assertThat(Superblock.in(head)).contains(new Superblock(EXT4, SOME, 8192L * 4096));
  }

  @Test
  void anImpossibleBlockSizeIsNotExt4() {
    ext4();
    head.putInt(0x400 + 0x18, -1);

    assertThat(Superblock.in(head)).isEmpty();
  }

  @Test
  void btrfsNamesItsBytes() {
    btrfs();

    assertThat(Superblock.in(head)).contains(new Superblock(BTRFS, SOME, 1L << 30));
  }

  @Test
  void aBtrfsMagicPlantedInAnExt4FileDoesNotHideExt4() {
    ext4();
    btrfs();

    assertThat(Superblock.in(head)).map(Superblock::type).contains(EXT4);
  }

  private void xfs() {
    ByteBuffer big = head.duplicate().order(ByteOrder.BIG_ENDIAN);
    big.putInt(0, 0x58465342).putInt(4, 4096).putLong(8, 76_800);
    uuid(32);
  }

  private void ext4() {
    head.putShort(0x438, (short) 0xEF53).putInt(0x404, 8192).putInt(0x418, 2);
    uuid(0x468);
  }

  private void btrfs() {
    head.putLong(0x10040, 0x4D5F53665248425FL).putLong(0x10070, 1L << 30);
    uuid(0x10020);
  }

  private void uuid(int at) {
    ByteBuffer big = head.duplicate().order(ByteOrder.BIG_ENDIAN);
    big.putLong(at, SOME.getMostSignificantBits()).putLong(at + 8, SOME.getLeastSignificantBits());
  }
}
