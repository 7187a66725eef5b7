package dev.nook.linux.syscall;

import java.nio.file.Path;
import java.util.Arrays;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;

/// Extended attributes of every namespace, of a symbolic link itself too
/// ([xattr(7)](https://man7.org/linux/man-pages/man7/xattr.7.html)).
public final class Xattrs {
  private static final Calls C = LibraryLoader.create(Calls.class).load("c");

  private Xattrs() {}

  /// Public because the class that jnr-ffi generates for it lives in another class loader.
  public interface Calls {
    int lsetxattr(@In byte[] path, @In byte[] name, @In byte[] value, long bytes, int flags);

    long lgetxattr(@In byte[] path, @In byte[] name, @Out byte[] value, long bytes);
  }

  public static void set(Path path, String name, byte[] value) throws SystemCallException {
    byte[] file = CString.bytes(path.toString());
    byte[] attribute = CString.bytes(name);
    Native.once("lsetxattr", path, () -> C.lsetxattr(file, attribute, value, value.length, 0));
  }

  public static byte[] get(Path path, String name) throws SystemCallException {
    byte[] value = new byte[1024];
    byte[] file = CString.bytes(path.toString());
    byte[] attribute = CString.bytes(name);
    long length =
        Native.check("lgetxattr", path, () -> C.lgetxattr(file, attribute, value, value.length));
    return Arrays.copyOf(value, (int) length);
  }
}
