package dev.nook.tools.bench.process;

import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Where a driver under measurement has its socket, its pool and its log, and what it is started
/// with there: what a pod starts it with.
record DriverFolder(LocalFolder folder) {
  static final String POOL = "bench";

  /// The program, by name: it is above what measures it.
  static final String PROGRAM = "dev.nook.tools.Nook";

  static DriverFolder in(LocalFolder folder) throws IOException {
    var made = new DriverFolder(folder);
    for (Path directory : List.of(folder.pool(POOL), made.kubelet(), made.plugins())) {
      folder.linux().disk().makeDirectory(directory);
    }
    return made;
  }

  Path socket() {
    return folder.root().resolve("csi.sock");
  }

  Path log() {
    return folder.root().resolve("driver.log");
  }

  String endpoint() {
    return "unix://" + socket();
  }

  List<String> serve() {
    return serve("size=8Gi,reserve=0");
  }

  /// @param pool the pool's settings
  List<String> serve(String pool) {
    return List.of(
        "serve",
        "--endpoint=" + endpoint(),
        "--node-id=bench",
        "--kubelet-dir=" + kubelet(),
        "--register=" + plugins(),
        "--http=127.0.0.1:0",
        "--max-volumes=4096",
        "--pool=%s=%s,%s".formatted(POOL, folder.pool(POOL), pool));
  }

  private Path kubelet() {
    return folder.root().resolve("kubelet");
  }

  private Path plugins() {
    return folder.root().resolve("plugins");
  }
}
