package dev.nook.driver.serve;

import dev.nook.driver.Main;
import dev.nook.driver.cli.HttpAddress;
import dev.nook.linux.fs.FileSystemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// This host with a driver in a process of its own, which can be killed.
public final class ChildRig extends RealRig {
  private static final Pattern SERVED = Pattern.compile(" http=\"?([^ \"]+)");

  private final Path log;
  private final List<String> more = new ArrayList<>();
  private @Nullable Process child;

  public ChildRig(Path folder, FileSystemType type) throws IOException {
    super(folder, type);
    log = folder.resolve("driver.log");
  }

  @Override
  public Rig start() throws IOException {
    Files.createDirectories(registry());
    child = serve(config().endpoint().socket(), more.toArray(String[]::new));
    connect();
    awaitReady();
    return this;
  }

  /// Gives every driver that [#start] starts one more flag.
  void flag(String flag) {
    more.add(flag);
  }

  /// Starts `nook serve` on this rig's pool; what it prints is added to the log.
  Process serve(Path socket, String... flags) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "@" + Path.of("../driver/image/jvm.options").toAbsolutePath(),
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.add("serve");
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "--endpoint=unix://" + socket,
            "--node-id=" + config().nodeId(),
            "--pool=default=" + pool(),
            "--kubelet-dir=" + kubelet(),
            "--register=" + registry(),
            "--http=127.0.0.1:0",
            "--max-volumes=2000"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /// Kubelet's folder of plugins.
  Path registry() {
    return kubelet().resolve("plugins_registry");
  }

  @Override
  InetSocketAddress address() {
    Matcher last =
        lines().reversed().stream()
            .map(SERVED::matcher)
            .filter(Matcher::find)
            .findFirst()
            .orElseThrow();
    return HttpAddress.parse(last.group(1));
  }

  /// The process of the driver.
  Process child() {
    return Objects.requireNonNull(child, "not started");
  }

  List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  private List<String> lines() {
    try {
      return log();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// kill -9.
  public void kill() throws InterruptedException {
    disconnect();
    end(true);
  }

  /// SIGTERM; returns the exit code.
  int terminate() throws InterruptedException {
    disconnect();
    return end(false);
  }

  private int end(boolean forcibly) throws InterruptedException {
    Process ending = Objects.requireNonNull(child, "not started");
    if (forcibly) {
      ending.destroyForcibly();
    } else {
      ending.destroy();
    }
    if (!ending.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the driver does not end");
    }
    child = null;
    return ending.exitValue();
  }

  @Override
  void stop() throws IOException {
    if (child == null) {
      super.stop();
    } else {
      disconnect();
      try {
        end(false);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
