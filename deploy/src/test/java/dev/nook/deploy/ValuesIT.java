package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What the chart takes as values, and what it refuses before anything reaches a cluster.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // The first of them builds helm.
class ValuesIT {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          maxVolumes: 0                                                    | maxVolumes
          maxVolumes: 4097                                                 | maxVolumes
          maxVolume: 10                                                    | maxVolume
          kubeletDir: var/lib/kubelet                                      | kubeletDir
          kubeletDir: /var/lib/kubelet/                                    | kubeletDir
          kubeletDir: /var/lib/../kubelet                                  | kubeletDir
          kubeletDir: "/var/lib/kubelet\\nevil: true"                      | kubeletDir
          driverName: CSI.nook.dev                                         | driverName
          driverName: csi.nook.dev.                                        | driverName
          driverName: a/b                                                  | driverName
          pools: []                                                        | pools
          pools: [{name: default}]                                         | path
          pools: [{name: Default, path: /srv/a}]                           | name
          pools: [{name: a=b, path: /srv/a}]                               | name
          pools: [{name: a, path: srv/a}]                                  | path
          pools: [{name: a, path: /}]                                      | path
          pools: [{name: a, path: "/srv/a,image=1Gi"}]                     | path
          pools: [{name: a, path: "/srv/a;b=/srv/b"}]                      | path
          pools: [{name: a, path: /srv/a, fs: xfs}]                        | image
          pools: [{name: a, path: /srv/a, image: 1Gi, fs: ext4}]           | fs
          pools: [{name: a, path: /srv/a, image: 1 Gi}]                    | image
          pools: [{name: a, path: /srv/a, image: "1Gi,size=1"}]            | image
          pools: [{name: a, path: /srv/a, size: 0}]                        | size
          pools: [{name: a, path: /srv/a, size: "0"}]                      | size
          pools: [{name: a, path: /srv/a, reserve: 100%}]                  | reserve
          pools: [{name: a, path: /srv/a, overcommit: "0.5"}]              | overcommit
          pools: [{name: a, path: /srv/a, overcommit: "101"}]              | overcommit
          pools: [{name: a, path: /srv/a, volumes: 0}]                     | volumes
          pools: [{name: a, path: /srv/a, snapshots: 50001}]               | snapshots
          pools: [{name: a, path: /srv/a, sise: 1Gi}]                      | sise
          pools: [{name: a, path: /var/lib/kubelet/nook}]                  | /var/lib/kubelet
          pools: [{name: a, path: /var/lib/nook, image: 1Gi}]              | would hide
          pools: [{name: a, path: /srv/a}, {name: a, path: /srv/b}]        | two are called a
          pools: [{name: a, path: /srv/a}, {name: b, path: /srv/a/b}]      | b lies in a
          storageClasses: {default: nobody}                                | nobody
          storageClasses: {classes: [{name: A}]}                           | name
          storageClasses: {classes: [{name: a, backend: lvm}]}             | backend
          storageClasses: {classes: [{name: a, fsType: btrfs}]}            | fsType
          storageClasses: {classes: [{name: a, quota: none}]}              | quota
          storageClasses: {classes: [{name: a, backend: directory, fsType: xfs}]} | fsType
          storageClasses: {classes: [{name: a, backend: directory, provisioning: thick}]} | provisioning
          storageClasses: {classes: [{name: a}, {name: a}]}                | two are called a
          storageClasses: {reclaimPolicy: Recycle}                         | reclaimPolicy
          snapshots: {enabled: maybe}                                      | enabled
          sidecars: {resizer: {image: no-tag}}                             | image
          image: {pullPolicy: Sometimes}                                   | pullPolicy
          """)
  void aBadValueIsRefused(String values, String named) throws IOException {
    Shell.Ended ended = render(values);

    assertThat(ended.code()).as(ended.out()).isNotZero();
    assertThat(ended.err()).contains(named);
  }

  @Test
  void everyKeyOfAPoolReachesTheDriver() throws IOException {
    List<JsonNode> rendered =
        Yaml.documents(
            render(
                    """
                    pools:
                      - {name: default, path: /srv/nook}
                      - name: fast
                        path: /mnt/nvme/pools/fast
                        image: 10Gi
                        fs: btrfs
                        size: 8Gi
                        reserve: 5%
                        overcommit: "2.5"
                        volumes: 50000
                        snapshots: 9
                    """)
                .orFail());

    JsonNode variables = Yaml.container("driver", Yaml.one("DaemonSet", rendered)).path("env");
    assertThat(Yaml.named("NOOK_POOL", variables).path("value").asString())
        .isEqualTo(
            """
            default=/srv/nook
            fast=/mnt/nvme/pools/fast,image=10Gi,fs=btrfs,size=8Gi,reserve=5%,overcommit=2.5,\
            volumes=50000,snapshots=9\
            """);
  }

  @Test
  void theFolderOfAnImageHoldsPlainPoolsTooAndIsMountedOnce() throws IOException {
    List<JsonNode> rendered =
        Yaml.documents(
            render(
                    """
                    pools:
                      - {name: plain, path: /srv/nook/plain}
                      - {name: imaged, path: /srv/nook/imaged, image: 1Gi}
                      - {name: own, path: /mnt/nvme, mustExist: true}
                    """)
                .orFail());

    JsonNode daemonSet = Yaml.one("DaemonSet", rendered);
    assertThat(
            Yaml.container("driver", daemonSet)
                .path("volumeMounts")
                .valueStream()
                .filter(mount -> mount.path("name").asString().matches("(pool|made)-.*"))
                .map(JsonNode::toString))
        .containsExactly(
            "{\"name\":\"pool-0\",\"mountPath\":\"/mnt/nvme\",\"mountPropagation\":\"HostToContainer\"}",
            "{\"name\":\"pool-1\",\"mountPath\":\"/srv/nook\",\"mountPropagation\":\"Bidirectional\"}",
            "{\"name\":\"made-0\",\"mountPath\":\"/run/nook/made/0\",\"readOnly\":true}");
    JsonNode volumes = daemonSet.at("/spec/template/spec/volumes");
    assertThat(Yaml.named("pool-0", volumes).at("/hostPath/type").asString())
        .isEqualTo("Directory");
    assertThat(Yaml.named("made-0", volumes).at("/hostPath/path").asString())
        .isEqualTo("/srv/nook/plain");
  }

  @Test
  void aDirectoryClassTakesSeLinuxMountsAway() throws IOException {
    String values =
        "storageClasses: {classes: [{name: trees, backend: directory, quota: none, enabled: %s}]}";

    assertThat(seLinuxMount(values.formatted("true"))).isFalse();
    assertThat(seLinuxMount(values.formatted("false"))).isTrue();
  }

  @Test
  void everythingThatCanBeSetStillDecodes() throws IOException {
    String values =
        """
        image: {repository: registry.example.com/nook, tag: "1.0", pullPolicy: Always}
        imagePullSecrets: [{name: registry}]
        sidecars: {seLinuxOptions: {type: spc_t}}
        storageClasses:
          default: own
          reclaimPolicy: Retain
          classes:
            - {name: own, pool: fast, provisioning: thick, fsType: xfs, mountOptions: [noatime]}
            - {name: trees, backend: directory, quota: none, reclaimPolicy: Delete}
        nodeSelector: {disk: nvme}
        affinity: {nodeAffinity: {}}
        tolerations: []
        podAnnotations: {prometheus.io/scrape: "true"}
        podLabels: {team: storage}
        snapshots: {enabled: false}
        boundAccount: false
        """;

    for (JsonNode object : Yaml.documents(render(values).orFail())) {
      assertThat(KubernetesTypes.decode(object)).as(Yaml.name(object)).isNotNull();
    }
  }

  @Test
  void everyExampleOfADocumentIsTaken() throws IOException {
    List<Examples> values = Examples.all().stream().filter(Examples::areValues).toList();

    assertThat(values).hasSizeGreaterThan(1);
    for (Examples example : values) {
      assertThat(render(example.text()).err()).as(example.text()).isEmpty();
    }
  }

  @Test
  void helmFindsNothingToSayAboutTheChart() throws IOException {
    assertThat(Tools.run(List.of("helm", "lint", "--strict", Yaml.CHART.toString())).orFail())
        .contains("0 chart(s) failed");
  }

  private boolean seLinuxMount(String values) throws IOException {
    return Yaml.one("CSIDriver", Yaml.documents(render(values).orFail()))
        .at("/spec/seLinuxMount")
        .asBoolean();
  }

  private Shell.Ended render(String values) throws IOException {
    Path file = folder.resolve("values.yaml");
    Files.writeString(file, values);
    return Tools.template("-f", file.toString());
  }
}
