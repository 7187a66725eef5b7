package dev.nook.linux.fs.disk;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// One EXTENT_DATA item of a file on btrfs: struct btrfs_file_extent_item ([on-disk
/// format](https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html)) is u64 generation, u64
/// ram_bytes, u8 compression, u8 encryption, u16 other_encoding, u8 type, u64 disk_bytenr, u64
/// disk_num_bytes, u64 offset, u64 num_bytes.
///
/// @param at where it begins in the file
/// @param bytes how much of the file it covers
/// @param extent where the extent begins of which it shows a part; empty for a hole and for bytes
///   inside the item itself
/// @param extentBytes the bytes of that extent
/// @param place where the part begins; empty also where the bytes are compressed
/// @param holdsData false where the file reads as zeroes
public record BtrfsFileExtent(
    long at,
    long bytes,
    OptionalLong extent,
    long extentBytes,
    OptionalLong place,
    boolean holdsData) {
  private static final int RAM_BYTES_AT = 8;
  private static final int COMPRESSION_AT = 16;
  private static final int TYPE_AT = 20;
  private static final int DISK_BYTENR_AT = 21;
  private static final int DISK_NUM_BYTES_AT = 29;
  private static final int OFFSET_AT = 37;
  private static final int NUM_BYTES_AT = 45;
  private static final int INLINE = 0;
  private static final int PREALLOCATED = 2;

  /// Returns the items that begin at an offset or after it, as many as one answer of the kernel
  /// holds; none at the end of the file.
  public static List<BtrfsFileExtent> of(Fd file, long from) throws SystemCallException {
    List<BtrfsFileExtent> items = new ArrayList<>();
    boolean _ =
        BtrfsIoctl.fileExtents(
            file,
            Syscalls.fstat(file).inode(),
            from,
            (at, item) -> items.add(parse(at, item.order(ByteOrder.LITTLE_ENDIAN))));
    return items;
  }

  private static BtrfsFileExtent parse(long at, ByteBuffer item) {
    if (item.get(TYPE_AT) == INLINE) {
      OptionalLong none = OptionalLong.empty();
      return new BtrfsFileExtent(at, item.getLong(RAM_BYTES_AT), none, 0, none, true);
    }
    long extent = item.getLong(DISK_BYTENR_AT);
    boolean hole = extent == 0;
    boolean plain = !hole && item.get(COMPRESSION_AT) == 0;
    return new BtrfsFileExtent(
        at,
        item.getLong(NUM_BYTES_AT),
        hole ? OptionalLong.empty() : OptionalLong.of(extent),
        hole ? 0 : item.getLong(DISK_NUM_BYTES_AT),
        plain ? OptionalLong.of(extent + item.getLong(OFFSET_AT)) : OptionalLong.empty(),
        !hole && item.get(TYPE_AT) != PREALLOCATED);
  }
}
