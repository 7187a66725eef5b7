package dev.nook.driver.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/// A filesystem that answers nothing, and nobody can tell from one on a disk that hangs: FUSE,
/// whose daemon never reads a request. Whoever waits for it can be killed.
record DeadFileSystem(Process daemon, Path path) implements AutoCloseable {
  private static final String DAEMON =
      """
      exec 3<>/dev/fuse
      mount -i -t fuse -o fd=3,rootmode=040000,user_id=0,group_id=0 dead "$1" && echo mounted
      exec sleep 600
      """;

  static DeadFileSystem at(Path path) throws IOException {
    Process daemon =
        new ProcessBuilder("sh", "-c", DAEMON, "sh", path.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader said = daemon.inputReader();
    String line = said.readLine();
    if (!"mounted".equals(line)) {
      daemon.destroy();
      throw new IOException("the dead filesystem was not mounted: " + line);
    }
    return new DeadFileSystem(daemon, path);
  }

  /// Everybody who waits for it gets an error.
  @Override
  public void close() throws IOException {
    daemon.destroy();
    try {
      int _ = daemon.waitFor();
      int _ = new ProcessBuilder("umount", path.toString()).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
