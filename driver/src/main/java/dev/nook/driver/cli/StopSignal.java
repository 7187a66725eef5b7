package dev.nook.driver.cli;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/// Makes a signal end a wait instead of the process, so that a requested stop exits with 0.
public final class StopSignal {
  private StopSignal() {}

  /// Returns what SIGTERM and SIGINT count down from now on.
  public static CountDownLatch latch() {
    var stop = new CountDownLatch(1);
    for (String name : List.of("TERM", "INT")) {
      var _ = Signal.handle(new Signal(name), _ -> stop.countDown());
    }
    return stop;
  }
}
