package dev.nook.testing.fake;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/// Lets one call at a time into a port, so that fakes need no locks of their own.
final class OneAtATime {
  private OneAtATime() {}

  static <T> T port(Class<T> port, T target, Object lock) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              synchronized (lock) {
                try {
                  return method.invoke(target, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }
            }));
  }
}
