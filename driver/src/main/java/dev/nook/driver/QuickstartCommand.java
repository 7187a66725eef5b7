package dev.nook.driver;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Capability;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Endpoint;
import dev.nook.store.PoolName;
import dev.nook.store.pool.PoolConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Shows the life of a volume of each backend on this host, in seconds: a real driver over pool
/// images in one folder, and a client that sends what kubelet sends. Whatever happens, also when it
/// is interrupted, nothing of it stays.
@Command(
    name = "quickstart",
    description = "Take two volumes through their whole life, over a local folder.")
final class QuickstartCommand implements Callable<Integer>, Walk.Pod {
  private static final String LOOP = "loop";
  private static final String DIRECTORY = "directory";
  private static final long IMAGE_BYTES = 1L << 30;
  private static final long SPARE_BYTES = 256L << 20;
  private static final long CLEANUP_SECONDS = 60;
  private static final Duration READY_POLL = Duration.ofMillis(20);
  private static final List<String> BOTH = List.of(LOOP, DIRECTORY);
  private static final String MESSAGE = "written before the volume grew";
  private static final String NEXT =
      """

      Both are gone, and so is %s. Next:
        ./nook doctor                     what this host can do, and what to type where it cannot
        ./nook serve --node-id "$(hostname)" --pool default=/var/lib/nook,image=10Gi
                                          the same driver, to stay
        docs/operations.md                pools, full disks, moved disks\
      """;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The folder to use, a new one (default: .nook/quickstart).")
  private Path directory = Path.of(".nook/quickstart");

  @Spec private CommandSpec command;
  private boolean clearing;
  private volatile boolean interrupted;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    Linux linux = Linux.host();
    List<Finding> findings = new HostCheck(linux).findings();
    List<Finding> missing =
        findings.stream().filter(found -> found.mark() == Finding.Mark.MISSING).toList();
    if (!missing.isEmpty()) {
      out.println("The quickstart cannot run here:");
      missing.forEach(out::println);
      return Exit.FAILED;
    }
    var folder = new QuickstartFolder(linux, directory.toAbsolutePath().normalize(), BOTH);
    Endpoint endpoint = endpoint(folder);
    return clearingUp(folder, () -> show(folder, endpoint, without(findings), out), out);
  }

  /// Runs the show, and clears up whether it ends, fails or is interrupted: a signal interrupts it
  /// once, and the process waits for the rest.
  private int clearingUp(QuickstartFolder folder, Callable<Integer> show, PrintWriter out)
      throws Exception {
    var cleared = new CountDownLatch(1);
    Thread here = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  interrupt(here);
                  awaitQuietly(cleared);
                },
                "nook-quickstart-stop"));
    try (Disk.Held lock = folder.take().orElse(null)) {
      if (lock == null) {
        out.println("Another quickstart runs in " + folder.root());
        return Exit.HELD;
      }
      return cleared(folder, show, out);
    } finally {
      cleared.countDown();
    }
  }

  private int cleared(QuickstartFolder folder, Callable<Integer> show, PrintWriter out)
      throws Exception {
    try {
      folder.clear();
      return show.call();
    } catch (IOException | RuntimeException | InterruptedException e) {
      if (!interrupted) {
        throw e;
      }
      out.println("Interrupted; all of it is taken away again.");
      out.flush();
      return Exit.FAILED;
    } finally {
      clear(folder);
    }
  }

  private synchronized void interrupt(Thread show) {
    if (!clearing) {
      interrupted = true;
      show.interrupt();
    }
  }

  private void clear(QuickstartFolder folder) throws IOException {
    endInterrupts();
    folder.clear();
    folder.remove();
  }

  /// From here on nothing is cut short: what runs now clears up.
  private synchronized void endInterrupts() {
    clearing = true;
    boolean _ = Thread.interrupted();
  }

  private static void awaitQuietly(CountDownLatch cleared) {
    try {
      boolean _ = cleared.await(CLEANUP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private int show(
      QuickstartFolder folder, Endpoint endpoint, Optional<Finding> without, PrintWriter out)
      throws Exception {
    List<PoolConfig> pools = new ArrayList<>(List.of(pool(folder, LOOP, FileSystemType.XFS)));
    if (without.isEmpty()) {
      pools.add(pool(folder, DIRECTORY, FileSystemType.BTRFS));
    }
    requireRoom(folder, pools.size());
    var config =
        new Config(
            endpoint,
            "quickstart",
            pools,
            "csi.nook.dev",
            new VolumeLimit.Fixed(16),
            false,
            folder.kubelet());
    try (Driver driver = new Driver(config, folder.linux());
        CsiClient client = new CsiClient(endpoint.socket())) {
      try {
        driver.start(Duration.ZERO);
        while (!client.ready()) {
          Thread.sleep(READY_POLL);
        }
        out.println("Nook %s serves on %s".formatted(Main.Version.text(), endpoint));
        walk(new Walk(client, folder, this, out), without, out);
      } finally {
        endInterrupts();
      }
    }
    out.println(NEXT.formatted(folder.root()));
    return Exit.OK;
  }

  private static void walk(Walk walk, Optional<Finding> without, PrintWriter out) throws Exception {
    out.println();
    if (Capability.SYS_RESOURCE.isEffective()) {
      out.println("A loop volume: an image file with an ext4 filesystem of its own");
      walk.take("on-a-loop", "ext4", Map.of("pool", LOOP));
    } else {
      out.println("A loop volume: an image file with an xfs filesystem of its own (the default is");
      out.println("ext4, which grows while mounted only with CAP_SYS_RESOURCE, missing here)");
      walk.take("on-a-loop", "xfs", Map.of("pool", LOOP));
    }
    out.println();
    if (without.isEmpty()) {
      out.println("A directory volume: a btrfs subvolume held to its size by a quota");
      walk.take("a-directory", "", Map.of("pool", DIRECTORY, "backend", "directory"));
    } else {
      out.println("A directory volume cannot be shown here:");
      out.println(without.get());
    }
  }

  private static PoolConfig pool(QuickstartFolder folder, String name, FileSystemType type) {
    return PoolConfig.of(new PoolName(name), folder.pool(name))
        .withImage(new PoolConfig.Image(IMAGE_BYTES, type));
  }

  /// What keeps a directory volume from being shown; empty when nothing does.
  private static Optional<Finding> without(List<Finding> findings) {
    return findings.stream()
        .filter(found -> found.mark() != Finding.Mark.FINE)
        .filter(found -> found.subject().startsWith("btrfs") || found.subject().equals("kernel"))
        .findFirst();
  }

  private static void requireRoom(QuickstartFolder folder, int pools) throws IOException {
    long needed = pools * IMAGE_BYTES + SPARE_BYTES;
    long free = folder.linux().disk().space(folder.root()).availableBytes();
    if (free < needed) {
      throw new IOException(
          "%s is needed below %s and %s is free; name another place with --dir"
              .formatted(Size.text(needed), folder.root(), Size.text(free)));
    }
  }

  private Endpoint endpoint(QuickstartFolder folder) {
    try {
      return new Endpoint(folder.socket());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(), e.getMessage() + "; name a shorter folder with --dir");
    }
  }

  @Override
  public String write(Path volume) throws IOException {
    Files.writeString(volume.resolve("hello"), MESSAGE);
    return "\"%s\"".formatted(MESSAGE);
  }

  @Override
  public String readBack(Path volume) throws IOException {
    return "\"%s\"".formatted(Files.readString(volume.resolve("hello")));
  }
}
