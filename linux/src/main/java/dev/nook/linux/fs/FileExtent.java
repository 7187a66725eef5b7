package dev.nook.linux.fs;

import java.nio.ByteBuffer;

/// Is shown the items of a btrfs that say where a file's bytes lie (struct btrfs_file_extent_item,
/// [on-disk format](https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html)).
interface FileExtent {
  /// @param offset where in the file, in bytes
  /// @param item little-endian, whatever the host is
  void at(long offset, ByteBuffer item);
}
