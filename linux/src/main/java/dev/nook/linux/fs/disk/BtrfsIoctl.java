package dev.nook.linux.fs.disk;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The requests of [btrfs-ioctl(2)](https://btrfs.readthedocs.io/en/latest/btrfs-ioctl.html) that
/// subvolumes need, with their structures.
public final class BtrfsIoctl {
  /// Receives what a search of a tree finds.
  public interface Item {
    /// @param offset the last part of its key
    /// @param content little-endian, whatever the host is
    void at(long offset, ByteBuffer content);
  }

  /// The inode number of every subvolume's root directory.
  public static final long FIRST_FREE_OBJECTID = 256;

  private static final long SUBVOL_CREATE = 0x5000940EL;
  private static final long SNAP_CREATE_V2 = 0x50009417L;
  private static final long SNAP_DESTROY_V2 = 0x5000943FL;
  private static final long SUBVOL_SETFLAGS = 0x4008941AL;
  private static final long INO_LOOKUP = 0xD0009412L;
  private static final long TREE_SEARCH = 0xD0009411L;
  private static final long FS_INFO = 0x8400941FL;
  private static final long SYNC = 0x9408L;
  private static final long SET_FEATURES = 0x40309439L;
  private static final long QUOTA_CTL = 0xC0109428L;
  private static final long QGROUP_ASSIGN = 0x40189429L;
  private static final long QGROUP_CREATE = 0x4010942AL;
  private static final long QGROUP_LIMIT = 0x8030942BL;

  private static final int PAGE = 4096;
  private static final int FS_INFO_BYTES = 1024;
  private static final long QUOTA_CTL_ENABLE_SIMPLE = 4;
  private static final int FEATURES_BYTES = 48;
  private static final int INCOMPAT_AT = 16;
  private static final long INCOMPAT_EXTENDED_IREF = 1 << 6;
  private static final long LIMIT_REFERENCED = 1;
  private static final long LIMIT_EXCLUSIVE = 1 << 1;
  private static final long NO_LIMIT = -1;
  private static final long SUBVOL_SPEC_BY_ID = 1 << 4;
  private static final long SUBVOL_RDONLY = 1 << 1;
  private static final int V2_NAME_AT = 56;
  private static final int SUBVOLUME_ID_AT = 56;
  private static final long TREE_OF_THE_FILE = 0;
  private static final long ROOT_TREE = 1;
  private static final long QUOTA_TREE = 8;

  /// Greater ids are those of the filesystem's own trees.
  private static final long LAST_SUBVOLUME = -256;

  private static final int QGROUP_INFO_KEY = 242;
  private static final int QGROUP_RELATION_KEY = 246;
  private static final long ORPHAN_OBJECTID = -5;
  private static final int ORPHAN_ITEM_KEY = 48;
  private static final int EXTENT_DATA_KEY = 108;
  private static final int ROOT_ITEM_KEY = 132;
  private static final int ROOT_BACKREF_KEY = 144;
  private static final int ROOT_REF_KEY = 156;
  private static final int PATH_AT = 16;
  private static final int LONGEST_PATH = 256;
  private static final String TOO_LONG = ".../";
  private static final int ROOT_REF_BYTES = 18;
  private static final int SEARCH_KEY_BYTES = 104;
  private static final int SEARCH_HEADER_BYTES = 32;

  private BtrfsIoctl() {}

  public static UUID fileSystemId(Fd fd) throws SystemCallException {
    byte[] info = new byte[FS_INFO_BYTES];
    Syscalls.ioctl("BTRFS_IOC_FS_INFO", fd, FS_INFO, info);
    ByteBuffer id = ByteBuffer.wrap(info, 16, 16);
    return new UUID(id.getLong(), id.getLong());
  }

  /// Returns the id of the subvolume that a file lies in.
  public static long subvolumeId(Fd fd) throws SystemCallException {
    ByteBuffer lookup = struct(PAGE).putLong(0).putLong(FIRST_FREE_OBJECTID);
    Syscalls.ioctl("BTRFS_IOC_INO_LOOKUP", fd, INO_LOOKUP, lookup.array());
    return lookup.getLong(0);
  }

  public static void createSubvolume(Fd directory, String name) throws SystemCallException {
    byte[] bytes = name.getBytes(UTF_8);
    if (Long.BYTES + bytes.length >= PAGE) {
      throw new SystemCallException("BTRFS_IOC_SUBVOL_CREATE", name, Errno.EINVAL);
    }
    ByteBuffer arguments = struct(PAGE).putLong(0).put(bytes);
    Syscalls.ioctl("BTRFS_IOC_SUBVOL_CREATE", directory, SUBVOL_CREATE, arguments.array());
  }

  /// Makes a snapshot, which is committed to disk when this returns.
  public static void snapshot(Fd subvolume, Fd directory, String name, boolean readOnly)
      throws SystemCallException {
    byte[] bytes = name.getBytes(UTF_8);
    if (V2_NAME_AT + bytes.length >= PAGE) {
      throw new SystemCallException("BTRFS_IOC_SNAP_CREATE_V2", name, Errno.EINVAL);
    }
    ByteBuffer arguments = struct(PAGE).putLong(subvolume.number()).putLong(0);
    arguments.putLong(readOnly ? SUBVOL_RDONLY : 0).position(V2_NAME_AT).put(bytes);
    Syscalls.ioctl("BTRFS_IOC_SNAP_CREATE_V2", directory, SNAP_CREATE_V2, arguments.array());
  }

  /// Deletes an empty or full subvolume anywhere on the filesystem of `anyFile`; ENOTEMPTY while
  /// another lies in it.
  public static void destroySubvolume(Fd anyFile, long id) throws SystemCallException {
    ByteBuffer arguments = struct(PAGE).putLong(0).putLong(0).putLong(SUBVOL_SPEC_BY_ID);
    arguments.putLong(SUBVOLUME_ID_AT, id);
    Syscalls.ioctl("BTRFS_IOC_SNAP_DESTROY_V2", anyFile, SNAP_DESTROY_V2, arguments.array());
  }

  /// Clears the read-only flag, which the owner of a subvolume may set.
  public static void makeWritable(Fd subvolume) throws SystemCallException {
    Syscalls.ioctl("BTRFS_IOC_SUBVOL_SETFLAGS", subvolume, SUBVOL_SETFLAGS, new byte[Long.BYTES]);
  }

  /// Returns the ids of the subvolumes directly below one: the root tree's ROOT_REF keys (parent
  /// id, type, child id), which name no path.
  public static List<Long> childrenOf(Fd anyFile, long id) throws SystemCallException {
    List<Long> children = new ArrayList<>();
    ByteBuffer found = search(anyFile, id, ROOT_REF_KEY, 0);
    while (each(found, (child, _) -> children.add(child))) {
      found = search(anyFile, id, ROOT_REF_KEY, children.getLast() + 1);
    }
    return children;
  }

  /// Returns the path of one of the subvolumes directly below one, from the directory and the name
  /// in its ROOT_REF item.
  public static Optional<String> pathOfOneChild(Fd anyFile, long id) throws SystemCallException {
    ByteBuffer found = search(anyFile, id, ROOT_REF_KEY, 0);
    if (found.getInt(64) == 0) {
      return Optional.empty();
    }
    int item = SEARCH_KEY_BYTES + SEARCH_HEADER_BYTES;
    int length = Short.toUnsignedInt(found.getShort(item + 16));
    String name = printable(found.array(), item + ROOT_REF_BYTES, length);
    return Optional.of(directory(anyFile, id, found.getLong(item)) + name);
  }

  /// Returns the path of a directory in a subvolume, with a slash at the end unless it is the top;
  /// dots for one that is too long to read.
  private static String directory(Fd anyFile, long subvolume, long inode)
      throws SystemCallException {
    ByteBuffer lookup = struct(PAGE).putLong(subvolume).putLong(inode);
    try {
      Syscalls.ioctl("BTRFS_IOC_INO_LOOKUP", anyFile, INO_LOOKUP, lookup.array());
    } catch (SystemCallException e) {
      if (e.is(Errno.ENAMETOOLONG)) {
        return TOO_LONG;
      }
      throw e;
    }
    int length = 0;
    while (lookup.get(PATH_AT + length) != 0) {
      length++;
    }
    return length > LONGEST_PATH ? TOO_LONG : printable(lookup.array(), PATH_AT, length);
  }

  private static String printable(byte[] bytes, int from, int length) {
    return new String(bytes, from, length, ISO_8859_1).replaceAll("[^ -~]", "?");
  }

  /// Whether a subvolume lies in another one, as all do except deleted ones and the top.
  public static boolean stands(Fd anyFile, long id) throws SystemCallException {
    return search(anyFile, id, ROOT_BACKREF_KEY, 0).getInt(64) > 0;
  }

  /// Whether a subvolume exists, or is being cleaned up after its deletion.
  public static boolean exists(Fd anyFile, long id) throws SystemCallException {
    return search(anyFile, id, ROOT_ITEM_KEY, 0).getInt(64) > 0;
  }

  /// Whether any subvolume is being cleaned up: the root tree has an ORPHAN item for each.
  public static boolean isCleaning(Fd anyFile) throws SystemCallException {
    return search(anyFile, ORPHAN_OBJECTID, ORPHAN_ITEM_KEY, 0).getInt(64) > 0;
  }

  /// Hands over a file's EXTENT_DATA items from an offset on, as many as one answer holds; false
  /// when there was none.
  public static boolean fileExtents(Fd file, long inode, long firstOffset, Item visitor)
      throws SystemCallException {
    return each(search(file, TREE_OF_THE_FILE, inode, EXTENT_DATA_KEY, firstOffset), visitor);
  }

  private static boolean each(ByteBuffer found, Item visitor) {
    int at = SEARCH_KEY_BYTES;
    for (int item = found.getInt(64); item > 0; item--) {
      visitor.at(
          found.getLong(at + 16), found.slice(at + SEARCH_HEADER_BYTES, found.getInt(at + 28)));
      at += SEARCH_HEADER_BYTES + found.getInt(at + 28);
    }
    return found.getInt(64) > 0;
  }

  /// Returns the parent of every subvolume from one id on that has one.
  public static Map<Long, Long> parentsFrom(Fd anyFile, long firstId) throws SystemCallException {
    Map<Long, Long> parents = new LinkedHashMap<>();
    long id = firstId;
    int type = 0;
    long offset = 0;
    while (true) {
      ByteBuffer arguments = struct(PAGE).putLong(ROOT_TREE).putLong(id).putLong(LAST_SUBVOLUME);
      arguments.putLong(offset).putLong(-1).putLong(0).putLong(-1);
      arguments.putInt(type).putInt(ROOT_BACKREF_KEY).putInt(Integer.MAX_VALUE);
      Syscalls.ioctl("BTRFS_IOC_TREE_SEARCH", anyFile, TREE_SEARCH, arguments.array());
      int at = SEARCH_KEY_BYTES;
      for (int item = arguments.getInt(64); item > 0; item--) {
        id = arguments.getLong(at + 8);
        offset = arguments.getLong(at + 16);
        type = arguments.getInt(at + 24);
        if (type == ROOT_BACKREF_KEY) {
          parents.put(id, offset);
        }
        at += SEARCH_HEADER_BYTES + arguments.getInt(at + 28);
      }
      if (arguments.getInt(64) == 0) {
        return parents;
      }
      offset++;
    }
  }

  /// Returns the parent of a subvolume; empty for the top and for a deleted one.
  public static Optional<Long> parentOf(Fd anyFile, long id) throws SystemCallException {
    List<Long> parents = new ArrayList<>();
    each(search(anyFile, id, ROOT_BACKREF_KEY, 0), (parent, _) -> parents.add(parent));
    return parents.stream().findFirst();
  }

  /// Returns the groups that a group is a member of.
  public static List<Long> groupsOf(Fd anyFile, long member) throws SystemCallException {
    List<Long> groups = new ArrayList<>();
    each(
        search(anyFile, QUOTA_TREE, member, QGROUP_RELATION_KEY, member),
        (group, _) -> groups.add(group));
    return groups;
  }

  public static boolean groupExists(Fd anyFile, long group) throws SystemCallException {
    List<Long> found = new ArrayList<>();
    each(search(anyFile, QUOTA_TREE, 0, QGROUP_INFO_KEY, group), (id, _) -> found.add(id));
    return found.contains(group);
  }

  private static ByteBuffer search(Fd anyFile, long id, int type, long firstOffset)
      throws SystemCallException {
    return search(anyFile, ROOT_TREE, id, type, firstOffset);
  }

  /// Returns a tree's items of one object and type, as many as one answer has.
  private static ByteBuffer search(Fd anyFile, long tree, long id, int type, long firstOffset)
      throws SystemCallException {
    ByteBuffer arguments = struct(PAGE).putLong(tree).putLong(id).putLong(id);
    arguments.putLong(firstOffset).putLong(-1).putLong(0).putLong(-1);
    arguments.putInt(type).putInt(type).putInt(Integer.MAX_VALUE);
    Syscalls.ioctl("BTRFS_IOC_TREE_SEARCH", anyFile, TREE_SEARCH, arguments.array());
    return arguments;
  }

  /// Commits: when this returns, everything done so far is on disk, except file data. Setting a
  /// feature that every btrfs of Nook has changes nothing, and the kernel commits before it
  /// returns; no request does only that. BTRFS_IOC_START_SYNC sometimes waits for the next periodic
  /// commit, up to half a minute, and BTRFS_IOC_SYNC and syncfs(2) wait for all writers' data.
  public static void commit(Fd anyFile) throws SystemCallException {
    ByteBuffer features = struct(FEATURES_BYTES);
    features.putLong(INCOMPAT_AT, INCOMPAT_EXTENDED_IREF);
    features.putLong(FEATURES_BYTES / 2 + INCOMPAT_AT, INCOMPAT_EXTENDED_IREF);
    Syscalls.ioctl("BTRFS_IOC_SET_FEATURES", anyFile, SET_FEATURES, features.array());
  }

  /// Waits until all writers' data is on disk, and wakes the cleaner.
  public static void syncAndClean(Fd anyFile) throws SystemCallException {
    Syscalls.ioctl("BTRFS_IOC_SYNC", anyFile, SYNC, 0);
  }

  public static void enableSimpleQuotas(Fd anyFile) throws SystemCallException {
    byte[] arguments = struct(16).putLong(QUOTA_CTL_ENABLE_SIMPLE).array();
    Syscalls.ioctl("BTRFS_IOC_QUOTA_CTL", anyFile, QUOTA_CTL, arguments);
  }

  public static void createGroup(Fd anyFile, long group) throws SystemCallException {
    group(anyFile, 1, group);
  }

  /// Removes a group; EBUSY while it has members or charges.
  public static void removeGroup(Fd anyFile, long group) throws SystemCallException {
    group(anyFile, 0, group);
  }

  private static void group(Fd anyFile, long create, long group) throws SystemCallException {
    byte[] arguments = struct(16).putLong(create).putLong(group).array();
    Syscalls.ioctl("BTRFS_IOC_QGROUP_CREATE", anyFile, QGROUP_CREATE, arguments);
  }

  /// Adds a member to a group, which is charged what the member holds at once.
  public static void assign(Fd anyFile, long member, long group) throws SystemCallException {
    assign(anyFile, 1, member, group);
  }

  /// Removes a member from a group, which is no longer charged what the member holds.
  public static void withdraw(Fd anyFile, long member, long group) throws SystemCallException {
    assign(anyFile, 0, member, group);
  }

  private static void assign(Fd anyFile, long assign, long member, long group)
      throws SystemCallException {
    byte[] arguments = struct(24).putLong(assign).putLong(member).putLong(group).array();
    Syscalls.ioctl("BTRFS_IOC_QGROUP_ASSIGN", anyFile, QGROUP_ASSIGN, arguments);
  }

  public static void limit(Fd anyFile, long group, long bytes) throws SystemCallException {
    byte[] arguments = struct(48).putLong(group).putLong(LIMIT_REFERENCED).putLong(bytes).array();
    Syscalls.ioctl("BTRFS_IOC_QGROUP_LIMIT", anyFile, QGROUP_LIMIT, arguments);
  }

  /// Removes every limit of a group, whoever set it.
  public static void liftLimits(Fd anyFile, long group) throws SystemCallException {
    ByteBuffer arguments = struct(48).putLong(group).putLong(LIMIT_REFERENCED | LIMIT_EXCLUSIVE);
    arguments.putLong(NO_LIMIT).putLong(NO_LIMIT);
    Syscalls.ioctl("BTRFS_IOC_QGROUP_LIMIT", anyFile, QGROUP_LIMIT, arguments.array());
  }

  private static ByteBuffer struct(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
