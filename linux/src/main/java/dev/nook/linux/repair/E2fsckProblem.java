package dev.nook.linux.repair;

import java.util.Map;
import java.util.Set;

/// The problem codes of e2fsck (its problem.h): two digits for the pass, four for the problem.
final class E2fsckProblem {
  /// Orphaned inodes that are cleared, and the superblock's free inodes and blocks.
  private static final Set<String> ORPHANS_AND_COUNTS = Set.of("0x000020", "0x00003f", "0x000040");

  /// Bitmaps and counts of groups.
  private static final String PASS_5 = "0x05";

  /// lost+found is missing, for example because a tenant has removed it, and is made again.
  private static final String NO_LOST_AND_FOUND = "0x030004";

  private static final Map<String, String> PASSES =
      Map.of(
          "0x00", "the superblock, the group descriptors or the journal",
          "0x01", "inodes, blocks and sizes",
          "0x02", "the structure of directories",
          "0x03", "the connectivity of directories",
          "0x04", "reference counts",
          "0x05", "bitmaps and counts of groups",
          "0x06", "the journal, quotas or orphans at the end");

  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("0x000020", "an orphaned inode is cleared"),
          Map.entry("0x00003f", "the count of free inodes was wrong"),
          Map.entry("0x000040", "the count of free blocks was wrong"),
          Map.entry("0x010001", "the root inode is not a directory"),
          Map.entry("0x010067", "an inode seems to be garbage, and is cleared"),
          Map.entry("0x010068", "an inode's checksum is wrong"),
          Map.entry("0x020003", "an entry names an inode that is not in use, and is cleared"),
          Map.entry("0x030001", "the root directory is missing"),
          Map.entry("0x030003", "a directory has no parent, and goes to lost+found"),
          Map.entry(NO_LOST_AND_FOUND, "lost+found is missing, and is made"),
          Map.entry("0x040001", "an empty inode has no name, and is cleared"),
          Map.entry("0x040002", "an inode has no name, and goes to lost+found"),
          Map.entry("0x040003", "the reference count of an inode was wrong"),
          Map.entry("0x05000d", "the count of free inodes was wrong"),
          Map.entry("0x05000f", "the count of free blocks was wrong"));

  private E2fsckProblem() {}

  /// Whether mending it can cost a file; true for every code that is not known to be harmless.
  static boolean mayLose(String code) {
    return !ORPHANS_AND_COUNTS.contains(code)
        && !code.startsWith(PASS_5)
        && !code.equals(NO_LOST_AND_FOUND);
  }

  static String describe(String code) {
    String pass = PASSES.get(code.substring(0, Math.min(4, code.length())));
    String unknown = pass == null ? "something unknown" : "something in " + pass;
    return KNOWN.getOrDefault(code, unknown);
  }
}
