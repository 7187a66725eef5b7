package dev.nook.linux.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Runs a tool in a cage.
public final class CagedProcesses {
  private CagedProcesses() {}

  /// Runs a command to its end, as [Processes#run] does.
  public static Output run(Command command, Cage cage) throws IOException {
    Lines lines = new Lines(cage.fifo(), cage.lines());
    Output output;
    try {
      output = Processes.finish(command, start(command, cage));
    } finally {
      stop(lines);
    }
    return output;
  }

  private static void stop(Lines lines) throws IOException {
    try {
      lines.stop();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("a tool was killed because the thread was interrupted");
    }
  }

  /// Starts a command on a thread of its own, which does nothing else and stays until the process
  /// has ended: children lack what their thread has given up, and they get the signal that they
  /// asked for (PR_SET_PDEATHSIG) when it ends.
  private static Process start(Command command, Cage cage) throws IOException {
    ProcessBuilder builder = builder(command, cage);
    CompletableFuture<Process> started = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name("cage of " + command)
        .start(() -> {
          try {
            cage.walls().raise();
            started.complete(builder.start());
            started.join().onExit().join();
          } catch (IOException | RuntimeException | Error e) {
            started.completeExceptionally(e);
          }
        });
    try {
      return started.get();
    } catch (ExecutionException e) {
      throw new IOException("%s could not be started".formatted(command), e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      var _ = started.thenAccept(Process::destroyForcibly);
      throw new InterruptedIOException(command + " was killed because the thread was interrupted");
    }
  }

  private static ProcessBuilder builder(Command command, Cage cage) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.add(Processes.program(command.tool()).toString());
    argv.addAll(command.arguments());
    ProcessBuilder builder = new ProcessBuilder(argv);
    builder.environment().clear();
    builder.environment().putAll(cage.environment());
    builder.directory(cage.directory().toFile());
    builder.redirectInput(cage.input().toFile());
    return builder;
  }
}
