package dev.nook.testing.fault;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.repair.FileSystemRepairs;
import dev.nook.linux.syscall.SystemCallException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Numbers every call of every port from 1 and makes one of them fail, so that a test can fail call
/// 1, 2, 3 and so on until the operation ends with [#fired] still false.
///
/// After a crash the locks and mounts that were held through it are free, as the kernel frees those
/// of a dead process.
public final class Faults {
  private final Linux linux;
  private final int at;
  private final Fault fault;
  private final List<String> calls = new ArrayList<>();
  private final List<Closeable> held = new ArrayList<>();
  private boolean fired;
  private Optional<Crash> crash = Optional.empty();

  private Faults(Linux real, int at, Fault fault) {
    this.at = at;
    this.fault = fault;
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

  public static Faults at(Linux linux, int call, Fault fault) {
    return new Faults(linux, call, fault);
  }

  /// Returns ports that only number their calls.
  public static Faults none(Linux linux) {
    return new Faults(linux, Integer.MAX_VALUE, Fault.EIO);
  }

  public Linux linux() {
    return linux;
  }

  /// Whether the call with that number was made.
  public synchronized boolean fired() {
    return fired;
  }

  /// Returns every call so far, such as `3 Disk.rename(/pool/a, /pool/b)`.
  public synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  private <T> T wrap(Class<T> type, T target) {
    InvocationHandler handler =
        (_, method, arguments) ->
            method.getDeclaringClass() == Object.class
                ? answer(target, method, arguments)
                : call(type, target, method, arguments);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private @Nullable Object call(
      Class<?> type, Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    String call;
    boolean faulty;
    synchronized (this) {
      if (crash.isPresent()) {
        throw new Crash(crash.get());
      }
      int number = calls.size() + 1;
      call =
          "%d %s.%s%s".formatted(number, type.getSimpleName(), method.getName(), text(arguments));
      calls.add(call);
      faulty = number == at || (number > at && fault.persists);
      fired |= faulty;
    }
    if (!faulty) {
      return wrapHeld(answer(target, method, arguments));
    }
    if (fault.errno.isPresent()) {
      if (target instanceof Disk.Held lock) {
        // A close(2) that fails has closed anyway.
        lock.close();
      }
      throw new SystemCallException(method.getName(), "at " + call, fault.errno.get());
    }
    if (fault == Fault.CRASH_AFTER) {
      try {
        wrapHeld(answer(target, method, arguments));
      } catch (IOException _) {
        // The process that would have seen it is dead.
      }
    }
    throw die(call);
  }

  private static @Nullable Object answer(
      Object target, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private @Nullable Object wrapHeld(@Nullable Object answer) {
    if (answer instanceof Optional<?> some && some.orElse(null) instanceof Disk.Held lock) {
      synchronized (this) {
        held.add(lock);
      }
      return Optional.of(wrap(Disk.Held.class, lock));
    }
    if (answer instanceof Optional<?> some && some.orElse(null) instanceof HeldMount mount) {
      synchronized (this) {
        held.add(mount);
      }
    }
    return answer;
  }

  private synchronized Crash die(String call) throws IOException {
    Crash death = new Crash(call);
    crash = Optional.of(death);
    for (Closeable lock : held) {
      lock.close();
    }
    return death;
  }

  private static String text(Object @Nullable [] arguments) {
    return arguments == null
        ? "()"
        : Arrays.stream(arguments)
            .map(each -> each instanceof byte[] bytes ? bytes.length + " bytes" : each.toString())
            .collect(Collectors.joining(", ", "(", ")"));
  }
}
