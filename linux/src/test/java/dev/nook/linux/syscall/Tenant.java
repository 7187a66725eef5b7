package dev.nook.linux.syscall;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import jnr.ffi.LibraryLoader;

/// A thread of a pod that has no privilege: uid 65534, no capability. On Linux both are a thread's
/// own when the kernel is asked beside the C library.
public final class Tenant {
  private static final int NOBODY = 65534;
  private static final Calls C = LibraryLoader.create(Calls.class).load("c");

  private Tenant() {}

  /// Public because the class that jnr-ffi generates for it lives in another class loader.
  public interface Calls {
    long syscall(long number, long real, long effective, long saved);
  }

  public interface Call {
    void run() throws Exception;
  }

  /// Throws what the call throws, as a cause.
  public static void does(Call call) throws InterruptedException, ExecutionException {
    var task =
        new FutureTask<>(() -> {
          long number = System.getProperty("os.arch").equals("aarch64") ? 147 : 117;
          Native.once("setresuid", "thread", () -> C.syscall(number, NOBODY, NOBODY, NOBODY));
          call.run();
          return true;
        });
    Thread.ofPlatform().start(task);
    boolean _ = task.get();
  }
}
