package dev.nook.linux.fs.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.MountedImage;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.linux.syscall.Xattrs;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Trees as only root can make them.
class TreeCopyIT {
  private static final long MIB = 1 << 20;

  /// Every entry with its kind, mode, owners, number of links, time and target.
  private static final String LOOKS = "%P\t%y %m %U %G %n %TY-%Tm-%Td %TT %l\\0";

  /// struct posix_acl_xattr: version 2, then tag, permissions and id of user::rw-, user:1234:r--,
  /// group::r--, mask::r--, other::---.
  private static final byte[] ACL =
      HexFormat.of()
          .parseHex(
              "02000000"
                  + "01000600ffffffff"
                  + "02000400d2040000"
                  + "04000400ffffffff"
                  + "10000400ffffffff"
                  + "20000000ffffffff");

  private final KernelDisk disk = new KernelDisk();
  @TempDir private Path dir;
  private Path canary;

  @BeforeEach
  void makeCanary() throws IOException {
    canary = Files.createDirectory(dir.resolve("canary"));
    Files.writeString(canary.resolve("file"), "untouched");
    run("chmod", "600", canary + "/file");
    run("touch", "-d", "2001-02-03 04:05:06", canary + "/file", canary.toString());
  }

  @ParameterizedTest
  @EnumSource
  void aCopyIsTheSameInAllThatCanBeSeen(FileSystemType type) throws IOException {
    try (MountedImage image = MountedImage.of(dir, type, type.minimumBytes())) {
      Path from = Files.createDirectory(image.mountPoint().resolve("-from"));
      Path to = Files.createDirectory(image.mountPoint().resolve("to"));
      ordinary(from);
      special(from);
      strangelyNamed(from);
      List<String> canaryBefore = looks(canary);

      disk.copyTree(from, to);

      assertThat(looks(to)).hasSize(25).isEqualTo(looks(from));
      for (String device : List.of("disk", "null")) {
        assertThat(rdev(to.resolve(device))).isEqualTo(rdev(from.resolve(device))).isNotZero();
      }
      run("diff", "-r", "--no-dereference", from + "/plain", to + "/plain");
      assertThat(looks(canary)).isEqualTo(canaryBefore);
      assertThat(canary.resolve("file")).hasContent("untouched");
      assertThat(Files.readSymbolicLink(to.resolve("out"))).isEqualTo(canary);
    }
  }

  private static void ordinary(Path from) throws IOException {
    Path plain = Files.createDirectories(from.resolve("plain"));
    Files.writeString(plain.resolve("a"), "a");
    Files.writeString(plain.resolve("setuid"), "b");
    Files.createLink(from.resolve("same"), plain.resolve("a"));
    run("chown", "1234:2345", plain + "/a", plain + "/setuid", from.toString());
    run("chmod", "0640", plain + "/a");
    run("chmod", "4755", plain + "/setuid");
    run("mkdir", "-m", "2770", from + "/setgid");
    run("mkdir", "-m", "1777", from + "/sticky");
    run("touch", "-d", "1999-12-31 23:59:59.123456789", plain + "/a", plain.toString());
    run("chmod", "0751", from.toString());
  }

  private void special(Path from) throws IOException {
    run("mkfifo", from + "/fifo");
    run("mknod", "-m", "0606", from + "/null", "c", "1", "3");
    run("mknod", from + "/disk", "b", "7", "99");
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(from.resolve("socket")));
    }
    Files.createSymbolicLink(from.resolve("out"), canary);
    Files.createSymbolicLink(from.resolve("file-out"), canary.resolve("file"));
    Files.createSymbolicLink(from.resolve("dangling"), Path.of("nowhere"));
    Files.createSymbolicLink(from.resolve("loop"), Path.of("loop"));
    run("chown", "-h", "1:2", from + "/out", from + "/dangling");
  }

  private static void strangelyNamed(Path from) throws IOException {
    for (String name : List.of("-rf", "--help", "new\nline", " ", "*", "$(reboot)", "'", "\\")) {
      Files.writeString(from.resolve(name), name);
    }
    run("sh", "-c", "mkdir \"$0/$(printf '\\377\\376')\" \"$0/--target-directory=x\"", from + "");
  }

  @ParameterizedTest
  @EnumSource
  void extendedAttributesOfEveryKindAreKept(FileSystemType type) throws IOException {
    try (MountedImage image = MountedImage.of(dir, type, type.minimumBytes())) {
      Path from = Files.createDirectory(image.mountPoint().resolve("from"));
      Path to = Files.createDirectory(image.mountPoint().resolve("to"));
      Files.createFile(from.resolve("file"));
      Files.createSymbolicLink(from.resolve("link"), Path.of("file"));
      byte[] capability = HexFormat.of().parseHex("0100000200040000000000000000000000000000");
      Xattrs.set(from.resolve("file"), "user.colour", "red".getBytes(UTF_8));
      Xattrs.set(from.resolve("file"), "trusted.overlay.origin", "x".getBytes(UTF_8));
      Xattrs.set(from.resolve("file"), "security.capability", capability);
      Xattrs.set(from.resolve("file"), "system.posix_acl_access", ACL);
      Xattrs.set(from.resolve("link"), "trusted.own", "y".getBytes(UTF_8));
      Xattrs.set(from, "system.posix_acl_default", ACL);
      Xattrs.set(from, "user.top", "z".getBytes(UTF_8));

      disk.copyTree(from, to);

      for (String name :
          List.of(
              "user.colour",
              "trusted.overlay.origin",
              "security.capability",
              "system.posix_acl_access")) {
        assertThat(Xattrs.get(to.resolve("file"), name))
            .as(name)
            .isEqualTo(Xattrs.get(from.resolve("file"), name));
      }
      assertThat(Xattrs.get(to.resolve("link"), "trusted.own")).asString().isEqualTo("y");
      assertThat(Xattrs.get(to, "user.top")).asString().isEqualTo("z");
      assertThat(Xattrs.get(to, "system.posix_acl_default")).isEqualTo(ACL);
    }
  }

  @ParameterizedTest
  @EnumSource
  void holesStayHolesAndBlocksAreSharedWhereTheyCanBe(FileSystemType type) throws IOException {
    try (MountedImage image = MountedImage.of(dir, type, 512 * MIB)) {
      Path from = Files.createDirectory(image.mountPoint().resolve("from"));
      Path to = Files.createDirectory(image.mountPoint().resolve("to"));
      try (FileChannel sparse =
          FileChannel.open(
              from.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        sparse.write(ByteBuffer.wrap(new byte[] {1}), 256 * MIB);
        sparse.write(ByteBuffer.wrap(new byte[] {2}), MIB);
      }
      Files.write(from.resolve("data"), new byte[(int) (64 * MIB)]);
      disk.syncFileSystem(from);
      long before = disk.space(from).availableBytes();

      disk.copyTree(from, to);

      disk.syncFileSystem(from);
      long taken = before - disk.space(from).availableBytes();
      assertThat(taken).isLessThan((type == FileSystemType.EXT4 ? 66 : 2) * MIB);
      assertThat(disk.stat(to.resolve("sparse")).orElseThrow().allocatedBytes()).isLessThan(MIB);
      assertThat(Files.mismatch(from.resolve("sparse"), to.resolve("sparse"))).isEqualTo(-1);
    }
  }

  @Test
  void aCopyThatDoesNotFitSaysSo() throws IOException {
    try (MountedImage image = MountedImage.of(dir, FileSystemType.EXT4, 32 * MIB)) {
      Path from = Files.createDirectory(dir.resolve("from"));
      Files.write(from.resolve("too large"), new byte[(int) (64 * MIB)]);
      Path to = Files.createDirectory(image.mountPoint().resolve("to"));

      refused(Errno.ENOSPC, () -> disk.copyTree(from, to));
    }
  }

  @Test
  void anAttributeThatCannotBeKeptFailsTheCopy() throws IOException {
    try (MountedImage xfs = MountedImage.of(dir, FileSystemType.XFS, 300 * MIB);
        MountedImage ext4 = MountedImage.of(dir, FileSystemType.EXT4, 32 * MIB)) {
      Path from = Files.createDirectory(xfs.mountPoint().resolve("from"));
      Path to = Files.createDirectory(ext4.mountPoint().resolve("to"));
      Xattrs.set(Files.createFile(from.resolve("file")), "user.large", new byte[8192]);

      assertThatThrownBy(() -> disk.copyTree(from, to)).isInstanceOf(IOException.class);
    }
  }

  private static void refused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private long rdev(Path device) throws IOException {
    return disk.stat(device).orElseThrow().rdev();
  }

  private static List<String> looks(Path tree) throws IOException {
    String all = Processes.run(Command.of("find", tree.toString(), "-printf", LOOKS)).out();
    return Stream.of(all.split("\0")).sorted().toList();
  }

  private static void run(String tool, String... arguments) throws IOException {
    Processes.run(Command.of(tool, arguments));
  }
}
