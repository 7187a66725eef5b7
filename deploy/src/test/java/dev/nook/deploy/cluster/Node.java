package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.util.List;
import java.util.stream.Stream;

/// A node of the cluster: a machine with a disk, processes, mounts and a network of its own, which
/// can be switched off, cut off, lost and bought anew.
record Node(String name) {
  /// Where everything goes that needs one node and no particular one.
  static final Node FIRST = new Node("node-1");

  static final Node SECOND = new Node("node-2");
  static final Node THIRD = new Node("node-3");

  /// Every node that the API server knows.
  static List<Node> all() {
    return Kubectl.run("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}")
        .transform(names -> Stream.of(names.split(" ")))
        .map(Node::new)
        .toList();
  }

  /// What a program printed that ran on this node; fails with what it complained about.
  String run(String... command) {
    return end(command).orFail();
  }

  Shell.Ended end(String... command) {
    return Cluster.end(
        "", Stream.concat(Stream.of("on", name), Stream.of(command)).toArray(String[]::new));
  }

  /// Switches it off, as who pulls the plug: only what its disk holds is left.
  void off() {
    String _ = Cluster.run("off", name);
  }

  /// Switches it on again and waits until it is ready; its pods take a little longer.
  void boot() {
    String _ = Cluster.run("boot", name);
  }

  /// Pulls its network cable: it runs on, and nobody hears it.
  void cut() {
    String _ = Cluster.run("cut", name);
  }

  void join() {
    String _ = Cluster.run("join", name);
  }

  /// These two, and their pods, hear nothing of each other any more.
  void partFrom(Node other) {
    String _ = Cluster.run("part", name, other.name);
  }

  void healWith(Node other) {
    String _ = Cluster.run("heal", name, other.name);
  }

  /// @param rate of its network in each direction, as tc writes it (`100mbit`), or `off`
  void slow(String rate) {
    String _ = Cluster.run("slow", name, rate);
  }

  /// Forgets it for ever, with its disk.
  void remove() {
    String _ = Cluster.run("remove", name);
  }

  /// A node of this name, with an empty disk.
  void add() {
    String _ = Cluster.run("add", name);
  }

  /// Kills daemons (`kubelet`, `containerd`, `kube-proxy`); containers live on.
  void stop(String... daemons) {
    String _ =
        Cluster.run(
            Stream.concat(Stream.of("stop", name), Stream.of(daemons)).toArray(String[]::new));
  }

  /// Starts the daemons that do not run.
  void start() {
    String _ = Cluster.run("start", name);
  }

  void awaitReady(String status) {
    String _ = Await.until("%s is Ready=%s".formatted(name, status), this::ready, status::equals);
  }

  /// `True`, `False`, or `Unknown` when it has not been heard of.
  String ready() {
    return Kubectl.field("node/" + name, "{.status.conditions[?(@.type==\"Ready\")].status}");
  }
}
