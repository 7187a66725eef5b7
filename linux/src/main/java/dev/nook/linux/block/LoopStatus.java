package dev.nook.linux.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// The result of LOOP_GET_STATUS64: struct loop_info64 of
/// [linux/loop.h](https://github.com/torvalds/linux/blob/master/include/uapi/linux/loop.h).
///
/// @param raw the structure itself, which is passed back with one flag changed
record LoopStatus(ByteBuffer raw) {
  static final int BYTES = 232;
  static final int LO_FLAGS_READ_ONLY = 1;
  private static final int LO_FLAGS_AUTOCLEAR = 4;
  static final int LO_FLAGS_DIRECT_IO = 16;
  static final int LABEL_BYTES = 63;
  private static final int FLAGS = 52;
  private static final int FILE_NAME = 56;

  static LoopStatus of(byte[] info) {
    return new LoopStatus(ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()));
  }

  /// Struct loop_config for LOOP_CONFIGURE.
  static byte[] configuration(int backing, int sectorBytes, int flags, String label) {
    byte[] name = label.getBytes(StandardCharsets.UTF_8);
    if (name.length > LABEL_BYTES) {
      throw new IllegalArgumentException("a loop label may have at most 63 bytes: " + label);
    }
    return ByteBuffer.allocate(304)
        .order(ByteOrder.nativeOrder())
        .putInt(0, backing)
        .putInt(4, sectorBytes)
        .putInt(8 + FLAGS, flags)
        .put(8 + FILE_NAME, name)
        .array();
  }

  /// @param backingFile the name of the attached file
  Shown shown(String backingFile) {
    return new Shown(raw.getLong(0), raw.getLong(8), raw.getLong(16), label(), backingFile);
  }

  boolean readOnly() {
    return has(LO_FLAGS_READ_ONLY);
  }

  private boolean has(int flag) {
    return (raw.getInt(FLAGS) & flag) != 0;
  }

  private String label() {
    byte[] name = new byte[LABEL_BYTES];
    raw.get(FILE_NAME, name);
    int end = 0;
    while (end < name.length && name[end] != 0) {
      end++;
    }
    return new String(name, 0, end, StandardCharsets.UTF_8);
  }

  /// Returns the structure for LOOP_SET_STATUS64 that clears only the autoclear flag, by which the
  /// kernel detaches a device at its last close.
  byte[] withoutAutoclear() {
    byte[] info = raw.array().clone();
    ByteBuffer.wrap(info)
        .order(ByteOrder.nativeOrder())
        .putInt(FLAGS, raw.getInt(FLAGS) & ~LO_FLAGS_AUTOCLEAR);
    return info;
  }
}
