package dev.nook.driver.soak;

import dev.nook.client.CsiClient;
import dev.nook.driver.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A driver in a process of its own, with the JVM flags that it has on a node, and its client.
final class SoakDriver implements AutoCloseable {
  private final Path folder;
  private final List<String> pools;
  private @Nullable Process process;
  private volatile @Nullable CsiClient client;
  private long started;
  private @Nullable Metrics metrics;

  /// @param pools the values of its `--pool` flags
  SoakDriver(Path folder, List<String> pools) {
    this.folder = folder;
    this.pools = pools;
  }

  Path log() {
    return folder.resolve("driver.log");
  }

  /// Returns when every pool has been read.
  void start() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Holdings.tool("java"));
    command.add("@" + Path.of("../driver/image/jvm.options").toAbsolutePath());
    command.add("-Djava.io.tmpdir=" + folder);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(
        List.of(
            "serve",
            "--endpoint=unix://" + socket(),
            "--node-id=soak",
            "--kubelet-dir=" + folder.resolve("kubelet"),
            "--http=127.0.0.1:0",
            "--max-volumes=2000"));
    pools.forEach(pool -> command.add("--pool=" + pool));
    long logged = Files.exists(log()) ? Files.size(log()) : 0;
    started = System.nanoTime();
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    var connected = new CsiClient(socket());
    client = connected;
    while (!connected.ready()) {
      Thread.sleep(20);
    }
    metrics = Metrics.servedBy(log(), logged);
  }

  private Path socket() {
    return folder.resolve("csi.sock");
  }

  /// Returns when it was started, by [System#nanoTime].
  long started() {
    return started;
  }

  CsiClient client() {
    return Objects.requireNonNull(client, "not started");
  }

  /// Fails if it has ended by itself.
  void requireAlive() {
    Process running = Objects.requireNonNull(process, "not started");
    if (!running.isAlive()) {
      throw new AssertionError("the driver ended by itself with " + running.exitValue());
    }
  }

  /// Kills it (SIGKILL). Running calls fail as kubelet's would.
  void kill() throws InterruptedException {
    end(Objects.requireNonNull(process, "not started").destroyForcibly());
  }

  /// Stops it (SIGTERM). Returns the exit code.
  int terminate() throws InterruptedException {
    Process running = Objects.requireNonNull(process, "not started");
    disconnect();
    running.destroy();
    end(running);
    return running.exitValue();
  }

  private static void end(Process ending) throws InterruptedException {
    if (!ending.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the driver does not end within a minute");
    }
  }

  void disconnect() {
    CsiClient connected = client;
    if (connected != null) {
      connected.close();
      client = null;
    }
  }

  /// Returns the value of a metric, such as `nook_pool_charged_bytes{pool="xfs"}`.
  double metric(String name) throws IOException {
    return Objects.requireNonNull(metrics, "not started").value(name);
  }

  Holdings holdings() throws IOException, InterruptedException {
    return Holdings.of(Objects.requireNonNull(process, "not started").pid());
  }

  @Override
  public void close() throws InterruptedException {
    disconnect();
    if (process != null && process.isAlive()) {
      end(process.destroyForcibly());
    }
  }
}
