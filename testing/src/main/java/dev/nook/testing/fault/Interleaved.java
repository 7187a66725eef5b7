package dev.nook.testing.fault;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.repair.FileSystemRepairs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Predicate;

/// Runs an action just before one call of the ports, so that a test can put it before call 1, 2, 3
/// and so on until [#happened] stays false.
public final class Interleaved {
  /// The action that another thread would take.
  public interface Action {
    void run() throws Exception;
  }

  private final Linux linux;
  private final Predicate<String> counts;
  private int before;
  private Action action = () -> {};
  private boolean happened;

  private Interleaved(Linux real, Predicate<String> counts) {
    this.counts = counts;
    this.linux =
        new Linux(
            wrap(Mounts.class, real.mounts()),
            wrap(LoopDevices.class, real.loops()),
            wrap(FileSystems.class, real.fileSystems()),
            wrap(Disk.class, real.disk()),
            wrap(Subvolumes.class, real.subvolumes()),
            wrap(Extents.class, real.extents()),
            wrap(FileSystemRepairs.class, real.repairs()));
  }

  public static Interleaved over(Linux real) {
    return new Interleaved(real, _ -> true);
  }

  /// Counts only the calls of some methods, such as `unmount`.
  public static Interleaved over(Linux real, Predicate<String> methods) {
    return new Interleaved(real, methods);
  }

  public Linux linux() {
    return linux;
  }

  /// Puts the action before this call. Calls are numbered from 1 again; the action's own calls are
  /// not counted.
  public void before(int call, Action between) {
    before = call;
    action = between;
    happened = false;
  }

  public boolean happened() {
    return happened;
  }

  private <T> T wrap(Class<T> type, T target) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              if (method.getDeclaringClass() != Object.class && counts.test(method.getName())) {
                count();
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private void count() throws Exception {
    before--;
    if (before == 0) {
      happened = true;
      action.run();
    }
  }
}
