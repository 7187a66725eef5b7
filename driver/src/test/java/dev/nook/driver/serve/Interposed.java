package dev.nook.driver.serve;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/// A host on which something happens just before some of the calls to its filesystems.
final class Interposed {
  /// What happens; the call fails with what it throws and does nothing.
  interface Event {
    void happen() throws IOException;
  }

  private Interposed() {}

  /// @param calls methods of [FileSystems], [Disk] and [Subvolumes]
  static Linux before(Linux linux, Set<String> calls, Event event) {
    return linux
        .with(before(FileSystems.class, linux.fileSystems(), calls, event))
        .with(before(Disk.class, linux.disk(), calls, event))
        .with(before(Subvolumes.class, linux.subvolumes(), calls, event));
  }

  private static <T> T before(Class<T> port, T target, Set<String> calls, Event event) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              if (calls.contains(method.getName())) {
                event.happen();
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
