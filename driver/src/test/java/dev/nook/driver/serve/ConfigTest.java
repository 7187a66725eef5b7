package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.driver.cli.Environment;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolConfig.Reserve;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.PoolName;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class ConfigTest {
  private static final PoolConfig POOL = PoolConfig.of(PoolName.DEFAULT, Path.of("/srv/nook"));

  @Test
  void whatIsNotSetHasItsDefault() {
    Config config = parse(Map.of(), "--node-id", "n1", "--pool", "default=/srv/nook");

    assertThat(config)
        .isEqualTo(
            new Config(
                new Endpoint(Path.of("/run/nook/csi.sock")),
                "n1",
                List.of(
                    new PoolConfig(
                        PoolName.DEFAULT,
                        Path.of("/srv/nook"),
                        Optional.empty(),
                        Optional.empty(),
                        new Reserve.Default(),
                        1.0,
                        PoolLimits.DEFAULT)),
                "csi.nook.dev",
                new VolumeLimit.Fixed(1000),
                new Features(false, false),
                Path.of("/var/lib/kubelet"),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void everyFlagIsTaken() {
    Config config =
        parse(
            Map.of(),
            "--endpoint=unix:///tmp/x.sock",
            "--node-id=n1",
            "--pool=default=/srv/nook",
            "--pool=fast=/srv/fast.img,image=10Gi,fs=btrfs,size=8Gi,reserve=5%,overcommit=2.5,"
                + "volumes=7,snapshots=9",
            "--driver-name=disk.example.com",
            "--max-volumes=@/etc/nook/max",
            "--controller-expand",
            "--snapshot-topology",
            "--kubelet-dir=/var/lib/k0s/kubelet",
            "--register=/var/lib/k0s/kubelet/plugins_registry",
            "--http=:9810");

    assertThat(config)
        .isEqualTo(
            new Config(
                new Endpoint(Path.of("/tmp/x.sock")),
                "n1",
                List.of(
                    POOL,
                    new PoolConfig(
                        new PoolName("fast"),
                        Path.of("/srv/fast.img"),
                        Optional.of(new PoolConfig.Image(10L << 30, FileSystemType.BTRFS)),
                        Optional.of(8L << 30),
                        new Reserve.Percent(5),
                        2.5,
                        new PoolLimits(7, 9))),
                "disk.example.com",
                new VolumeLimit.FromFile(Path.of("/etc/nook/max")),
                new Features(true, true),
                Path.of("/var/lib/k0s/kubelet"),
                Optional.of(Path.of("/var/lib/k0s/kubelet/plugins_registry")),
                Optional.of(new InetSocketAddress(9810))));
  }

  @Test
  void everyFlagIsAlsoAVariable() {
    Config config =
        parse(
            Map.of(
                "NOOK_ENDPOINT", "unix:///tmp/x.sock",
                "NOOK_NODE_ID", "n1",
                "NOOK_POOL", "default=/srv/nook;fast=/srv/fast\nslow=/srv/slow",
                "NOOK_DRIVER_NAME", "disk.example.com",
                "NOOK_MAX_VOLUMES", "7",
                "NOOK_CONTROLLER_EXPAND", "true",
                "NOOK_KUBELET_DIR", "/var/lib/k0s/kubelet",
                "NOOK_REGISTER", "/var/lib/k0s/kubelet/plugins_registry",
                "NOOK_HTTP", ":9810"));

    assertThat(config)
        .isEqualTo(
            new Config(
                new Endpoint(Path.of("/tmp/x.sock")),
                "n1",
                List.of(POOL, pool("fast", "/srv/fast"), pool("slow", "/srv/slow")),
                "disk.example.com",
                new VolumeLimit.Fixed(7),
                new Features(true, false),
                Path.of("/var/lib/k0s/kubelet"),
                Optional.of(Path.of("/var/lib/k0s/kubelet/plugins_registry")),
                Optional.of(new InetSocketAddress(9810))));
  }

  @Test
  void aFlagWinsOverItsVariableAndNooksVariableOverCsiEndpoint() {
    Map<String, String> variables =
        Map.of(
            "NOOK_NODE_ID", "variable",
            "NOOK_POOL", "default=/srv/nook",
            "CSI_ENDPOINT", "unix:///tmp/csi.sock");

    assertThat(parse(variables, "--node-id=flag").nodeId()).isEqualTo("flag");
    assertThat(parse(variables).endpoint()).isEqualTo(new Endpoint(Path.of("/tmp/csi.sock")));
    assertThat(parse(with(variables, "NOOK_ENDPOINT", "unix:/tmp/nook.sock")).endpoint())
        .isEqualTo(new Endpoint(Path.of("/tmp/nook.sock")));
    assertThat(parse(with(variables, "CSI_ENDPOINT", " ")).endpoint())
        .isEqualTo(new Endpoint(Path.of("/run/nook/csi.sock")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --endpoint      | tcp://0.0.0.0:1      | must be unix:///path/to/csi.sock
          --endpoint      | unix:///             | must be the path of a socket
          --node-id       | a b                  | is not a node's name
          --driver-name   | csi.nook.1           | begins and ends with a letter
          --max-volumes   | 0                    | a number from 1 to 4096
          --max-volumes   | 4097                 | a number from 1 to 4096
          --max-volumes   | @max                 | a number from 1 to 4096
          --kubelet-dir   | kubelet              | is not an absolute path
          --http          | 9810                 | is not [ADDRESS]:PORT
          --http          | localhost:9810       | is not [ADDRESS]:PORT
          --http          | ::1:9810             | is not [ADDRESS]:PORT
          --http          | [127.0.0.1]:9810     | is not [ADDRESS]:PORT
          --http          | :65536               | is not [ADDRESS]:PORT
          --http          | 10.0.0.256:1         | is not [ADDRESS]:PORT
          --register      | plugins_registry     | is not an absolute path
          --pool          | default              | the form is NAME=PATH
          --pool          | =/srv                | the form is NAME=PATH
          --pool          | default=             | the form is NAME=PATH
          --pool          | Default=/srv         | lower-case letters, digits and inner hyphens
          --pool          | default=srv          | must be absolute, without . or ..
          --pool          | default=/srv/../etc  | must be absolute, without . or ..
          --pool          | a=/srv,colour=red    | there is no setting
          --pool          | a=/srv,size          | there is no setting
          --pool          | a=/srv,size=1Gi,size=2Gi | set twice
          --pool          | a=/srv,size=ten      | a size such as 10Gi
          --pool          | a=/srv,size=-1       | a size such as 10Gi
          --pool          | a=/srv,size=99999999999P | more than any disk has
          --pool          | a=/srv,size=0        | more than 0
          --pool          | a=/                  | must be absolute, without . or ..
          --pool          | a=/srv,fs=xfs        | fs is for pool images only
          --pool          | a=/srv,image=1Gi,fs=ext4 | fs must be xfs or btrfs
          --pool          | a=/srv,image=1Mi     | at least 300 MiB
          --pool          | a=/srv,reserve=100%  | less than 100%
          --pool          | a=/srv,overcommit=0.5 | from 1.0
          --pool          | a=/srv,overcommit=1e9 | overcommit must be a number
          --pool          | a=/srv,volumes=0     | from 1 to 50000
          --pool          | a=/srv,snapshots=50001 | from 1 to 50000
          """)
  void aWrongValueNamesItsFlagAndWhatIsAllowed(String flag, String value, String allowed) {
    List<String> arguments = new ArrayList<>(List.of("--node-id=n1", "--pool=x=/x"));
    arguments.removeIf(argument -> argument.startsWith(flag + "="));
    arguments.add(flag + "=" + value);

    assertThatThrownBy(() -> parse(Map.of(), arguments.toArray(String[]::new)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(flag)
        .hasMessageContaining(allowed);
  }

  @Test
  void aWrongVariableNamesItsFlagToo() {
    assertThatThrownBy(
            () -> parse(Map.of("NOOK_MAX_VOLUMES", "many"), "--node-id=n", "--pool=a=/a"))
        .hasMessageContaining("--max-volumes")
        .hasMessageContaining("many");
  }

  @Test
  void aNodeIdAndAPoolAreRequired() {
    assertThatThrownBy(() -> parse(Map.of(), "--pool=a=/a")).hasMessageContaining("--node-id");
    assertThatThrownBy(() -> parse(Map.of(), "--node-id=n")).hasMessageContaining("--pool");
  }

  @Test
  void aSocketPathLongerThanTheKernelTakesIsRefused() {
    assertThatThrownBy(() ->
            parse(Map.of(), "--node-id=n", "--pool=a=/a", "--endpoint=unix:///" + "x".repeat(107)))
        .hasMessageContaining("at most 107 bytes");
  }

  @Test
  void aRegistrationSocketMustFitTheKernelToo() {
    assertThatThrownBy(
            () -> parse(Map.of(), "--node-id=n", "--pool=a=/a", "--register=/" + "x".repeat(90)))
        .isInstanceOf(Config.Conflict.class)
        .hasMessageContaining("--register")
        .hasMessageContaining("at most 107 bytes");
  }

  @Test
  void poolsThatShareANameOrAPathCannotBeUsedTogether() {
    assertThatThrownBy(() -> parse(Map.of(), "--node-id=n", "--pool=a=/a", "--pool=a=/b"))
        .isInstanceOf(Config.Conflict.class)
        .hasMessageContaining("two pools are called a");
    assertThatThrownBy(() -> parse(Map.of(), "--node-id=n", "--pool=a=/a", "--pool=b=/a/b"))
        .isInstanceOf(Config.Conflict.class)
        .hasMessageContaining("b (/a/b) is inside a (/a)");
  }

  private static Config parse(Map<String, String> environment, String... arguments) {
    var flags = new ServeFlags();
    var line = new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(flags));
    line.setDefaultValueProvider(new Environment(environment));
    line.parseArgs(arguments);
    return flags.config();
  }

  private static PoolConfig pool(String name, String path) {
    return PoolConfig.of(new PoolName(name), Path.of(path));
  }

  private static Map<String, String> with(Map<String, String> map, String key, String value) {
    var more = new java.util.HashMap<>(map);
    more.put(key, value);
    return more;
  }

  @Test
  void controllersAreServedWithACertificateOnly() {
    String[] tls = {"--tls-cert=/tls/tls.crt", "--tls-key=/tls/tls.key", "--tls-ca=/tls/ca.crt"};
    Path folder = Path.of("/tls");

    assertThat(
            parse(
                    Map.of(),
                    "--node-id=n1",
                    "--pool=default=/srv/nook",
                    "--peer-endpoint=:9811",
                    tls[0],
                    tls[1],
                    tls[2])
                .peers())
        .contains(
            new PeerEndpoint(
                new InetSocketAddress(9811),
                new TlsFiles(
                    folder.resolve("tls.crt"),
                    folder.resolve("tls.key"),
                    folder.resolve("ca.crt"))));
    assertThatThrownBy(() ->
            parse(
                Map.of(),
                "--node-id=n1",
                "--pool=default=/srv/nook",
                "--peer-endpoint=:9811",
                tls[0],
                tls[1]))
        .hasMessageContaining("--peer-endpoint needs --tls-ca");
    assertThatThrownBy(() ->
            parse(Map.of(), "--node-id=n1", "--pool=default=/srv/nook", tls[0], tls[1], tls[2]))
        .hasMessageContaining("are for --peer-endpoint");
  }
}
