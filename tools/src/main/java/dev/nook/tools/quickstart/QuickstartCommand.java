package dev.nook.tools.quickstart;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.Version;
import dev.nook.driver.doctor.Finding;
import dev.nook.driver.doctor.HostCheck;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.format.Capability;
import dev.nook.store.PoolConfig;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Shows the life of a volume of each backend, and of its copies, on this host in seconds: a real
/// driver over pool images in one folder, and a client that sends what kubelet sends. Leaves
/// nothing behind, even when it is interrupted.
@Command(
    name = "quickstart",
    description = "Create, mount, expand, copy and delete volumes with a driver in a local folder.")
public final class QuickstartCommand implements Callable<Integer> {
  private static final String LOOP = "loop";
  private static final String DIRECTORY = "directory";
  private static final long IMAGE_BYTES = 1L << 30;
  private static final long SPARE_BYTES = 256L << 20;
  private static final List<String> BOTH = List.of(LOOP, DIRECTORY);
  private static final String NEXT =
      """

      Everything was removed, %s too. Next:
        ./nook doctor                     what this host can and cannot do, with a fix for each
        ./nook serve --node-id "$(hostname)" --pool default=/var/lib/nook,image=10Gi
                                          the same driver, for longer
        docs/operations.md                pools, full disks, moved disks\
      """;

  @Mixin private FolderFlag directory = new FolderFlag(".nook/quickstart");

  @Spec private CommandSpec command;

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
    LocalFolder folder = directory.folder(linux, BOTH);
    return CleanRun.in(folder, out, run -> show(run, folder, without(findings), out));
  }

  private static int show(
      CleanRun run, LocalFolder folder, Optional<Finding> without, PrintWriter out)
      throws Exception {
    List<PoolConfig> pools =
        new ArrayList<>(List.of(folder.pool(LOOP, IMAGE_BYTES, FileSystemType.XFS)));
    if (without.isEmpty()) {
      pools.add(folder.pool(DIRECTORY, IMAGE_BYTES, FileSystemType.BTRFS));
    }
    folder.requireRoom(pools.size() * IMAGE_BYTES + SPARE_BYTES);
    try (LocalDriver driver = LocalDriver.start(run, folder, pools)) {
      out.println("Nook %s serves on %s".formatted(Version.text(), folder.endpoint()));
      walk(new VolumeLife(driver.client(), folder, out), without, out);
    }
    out.println(NEXT.formatted(folder.root()));
    return Exit.OK;
  }

  private static void walk(VolumeLife life, Optional<Finding> without, PrintWriter out)
      throws Exception {
    out.println();
    if (Capability.SYS_RESOURCE.isEffective()) {
      out.println("A loop volume: an image file with its own ext4 filesystem");
      life.walk("on-a-loop", "ext4", Map.of("pool", LOOP));
    } else {
      out.println("A loop volume: an image file with its own xfs filesystem (not the default,");
      out.println(
          "ext4, which needs CAP_SYS_RESOURCE to expand while mounted; it is missing here)");
      life.walk("on-a-loop", "xfs", Map.of("pool", LOOP));
    }
    out.println();
    if (without.isEmpty()) {
      out.println("A directory volume: a btrfs subvolume whose size a quota enforces");
      life.walk("a-directory", "", Map.of("pool", DIRECTORY, "backend", "directory"));
    } else {
      out.println("A directory volume cannot be shown here:");
      out.println(without.get());
    }
  }

  /// Returns the finding that keeps a directory volume from being shown; empty when there is none.
  private static Optional<Finding> without(List<Finding> findings) {
    return findings.stream()
        .filter(found -> found.mark() != Finding.Mark.FINE)
        .filter(found -> found.subject().startsWith("btrfs") || found.subject().equals("kernel"))
        .findFirst();
  }
}
