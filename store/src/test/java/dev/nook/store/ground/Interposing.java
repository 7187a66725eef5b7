package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.Subvolumes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.stream.Collectors;

/// A host on which something happens before and after calls to its filesystems.
public interface Interposing {
  /// The call fails with what this throws.
  ///
  /// @param call such as `stat /pool/FORMAT`
  default void before(String call) throws Exception {}

  default void after(String call) throws Exception {}

  default Linux on(Linux linux) {
    return linux
        .with(port(Disk.class, linux.disk()))
        .with(port(Subvolumes.class, linux.subvolumes()));
  }

  private <T> T port(Class<T> port, T target) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              String call =
                  Arrays.stream(arguments)
                      .map(String::valueOf)
                      .collect(Collectors.joining(" ", method.getName() + " ", ""));
              before(call);
              try {
                Object answer = method.invoke(target, arguments);
                after(call);
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
