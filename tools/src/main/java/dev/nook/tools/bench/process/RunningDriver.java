package dev.nook.tools.bench.process;

import dev.nook.client.CsiClient;
import dev.nook.tools.bench.FirstAnswer;
import java.io.IOException;
import java.util.List;

/// A driver that runs as a process of its own, and its client.
record RunningDriver(Process process, CsiClient client) implements AutoCloseable {
  /// Starts one and returns when it is ready.
  static RunningDriver start(Jvm jvm, DriverFolder folder, List<String> arguments)
      throws IOException, InterruptedException {
    Process process = jvm.start(DriverFolder.PROGRAM, arguments, folder.log());
    try {
      long _ = new FirstAnswer(folder.socket()).awaitOf(process, folder.log());
      return new RunningDriver(process, new CsiClient(folder.socket()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      Contestant.end(process);
      throw e;
    }
  }

  /// Stops it as a pod is stopped.
  @Override
  public void close() throws InterruptedException {
    client.close();
    Contestant.end(process);
  }
}
