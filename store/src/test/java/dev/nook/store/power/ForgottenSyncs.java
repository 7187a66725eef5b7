package dev.nook.store.power;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;

/// A driver that does not sync directories, so that names are not durable.
final class ForgottenSyncs {
  private ForgottenSyncs() {}

  /// Returns the ports of this host for such a driver.
  static Linux of(Linux linux) {
    Disk real = linux.disk();
    InvocationHandler handler =
        (_, method, arguments) -> {
          if (method.getName().equals("sync") && Files.isDirectory((Path) arguments[0])) {
            return null;
          }
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    Class<?>[] port = {Disk.class};
    Disk forgetful = (Disk) Proxy.newProxyInstance(Disk.class.getClassLoader(), port, handler);
    return linux.with(forgetful);
  }
}
