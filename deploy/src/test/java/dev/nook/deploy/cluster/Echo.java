package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;

/// A pod on every node that answers with its node's name, and a service for all of them.
record Echo(Namespace namespace) {
  private static final String YAML =
      """
      apiVersion: v1
      kind: Service
      metadata: {name: echo}
      spec: {selector: {app: echo}, ports: [{port: 80, targetPort: 8080}]}
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: echo}
      spec:
        selector: {matchLabels: {app: echo}}
        template:
          metadata: {labels: {app: echo}}
          spec:
            terminationGracePeriodSeconds: 0
            containers:
            - name: main
              image: localhost/busybox:1
              command:
              - sh
              - -c
              - |
                mkdir /www
                echo "$NODE" >/www/node
                dd if=/dev/zero of=/www/large bs=1M count=8
                exec httpd -f -p 8080 -h /www
              env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
              readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
      """;

  static Echo everywhere(Namespace namespace) {
    namespace.apply(YAML);
    String _ =
        Kubectl.run(
            "-n", namespace.name(), "rollout", "status", "daemonset/echo", "--timeout=120s");
    return new Echo(namespace);
  }

  Pod on(Node node) {
    String name =
        Kubectl.run(
            "-n",
            namespace.name(),
            "get",
            "pods",
            "-l",
            "app=echo",
            "--field-selector=spec.nodeName=" + node.name(),
            "-o",
            "jsonpath={.items[0].metadata.name}");
    return new Pod(namespace.name(), name);
  }

  String service() {
    return Kubectl.run(
        "-n", namespace.name(), "get", "service", "echo", "-o", "jsonpath={.spec.clusterIP}");
  }

  /// Where the pod of this node answers, as `http://` takes it.
  String address(Node node) {
    return on(node).field("{.status.podIP}") + ":8080";
  }

  /// The nodes whose pods the service's EndpointSlice calls ready.
  String ready() {
    return Kubectl.run(
        "-n",
        namespace.name(),
        "get",
        "endpointslices",
        "-o",
        "jsonpath={range .items[*].endpoints[?(@.conditions.ready==true)]}{.nodeName} {end}");
  }

  /// What the pod of a node hears from an address within two seconds; empty where it hears nothing.
  String heard(Node from, String address, String path) {
    String script = "timeout 2 wget -qO- http://%s/%s || true".formatted(address, path);
    return on(from).run(script);
  }

  /// The same, of the node itself.
  static String heardBy(Node from, String address) {
    Shell.Ended ended =
        from.end(
            "busybox", "timeout", "2", "busybox", "wget", "-qO-", "http://" + address + "/node");
    return ended.out();
  }
}
