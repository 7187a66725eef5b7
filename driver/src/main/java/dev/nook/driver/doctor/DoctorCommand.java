package dev.nook.driver.doctor;

import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.Json;
import dev.nook.driver.cli.KubeletFlag;
import dev.nook.driver.cli.PoolFlags;
import dev.nook.driver.cluster.ClusterApi;
import dev.nook.driver.serve.Driver;
import dev.nook.linux.Linux;
import dev.nook.rpc.Endpoint;
import dev.nook.store.PoolAdministration;
import dev.nook.store.PoolConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Says what this host and its pools can and cannot do, with a fix for each shortcoming.
@Command(
    name = "doctor",
    description = {
      "Say what this host and its pools can and cannot do.",
      "✓ fine, ! Nook serves with less, ✗ Nook cannot serve (exit code 1)."
    })
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private PoolFlags pools = new PoolFlags();

  @Mixin private KubeletFlag kubelet = new KubeletFlag();

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      defaultValue = "unix:///run/nook/csi.sock",
      converter = FlagTypes.Socket.class,
      description = "The Unix socket of this host's driver (default: ${DEFAULT-VALUE}).")
  private Endpoint endpoint = Endpoint.parse("unix:///run/nook/csi.sock");

  @Option(
      names = "--cluster",
      description = "Check the cluster instead, with the account of the pod or through kubectl.")
  private boolean cluster;

  @Mixin private DriverNameFlag driver = new DriverNameFlag();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    List<Finding> findings =
        cluster
            ? new ClusterCheck(ClusterApi.here(System.getenv()), driver.name()).findings()
            : host(Linux.host());
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(Json.of(findings));
    } else {
      findings.forEach(out::println);
      if (!cluster && pools.any().isEmpty()) {
        out.println("Name a pool with --pool to check its place too.");
      }
    }
    out.flush();
    return findings.stream().anyMatch(found -> found.mark() == Finding.Mark.MISSING)
        ? Exit.FAILED
        : Exit.OK;
  }

  private List<Finding> host(Linux linux) throws IOException {
    List<Finding> findings = new ArrayList<>(new HostCheck(linux).findings());
    findings.addAll(KubeletCheck.of(kubelet.directory()).findings());
    findings.addAll(new LoopGuardCheck(Path.of("/")).findings());
    PoolAdministration administration = Driver.administration(pools.any(), "", linux);
    for (PoolConfig pool : pools.any()) {
      findings.addAll(new PoolCheck(pool, linux, administration).findings());
    }
    findings.addAll(new HealthCheck(endpoint.socket()).findings());
    return findings;
  }
}
