package dev.nook.testing.power;

import dev.nook.linux.Linux;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A file that is a disk with a write cache, served by [RememberingDisk] in a process of its own,
/// so that nothing that waits for the disk can keep it from answering. Closing removes it whatever
/// state it is in; the log stays.
public final class RecordedDisk implements Closeable {
  private static final int PATIENCE_SECONDS = 20;

  private final Linux linux;
  private final Path mountPoint;
  private final Path log;
  private final Path content;
  private final Process server;

  private RecordedDisk(Linux linux, Path mountPoint, Path log, Path content, Process server) {
    this.linux = linux;
    this.mountPoint = mountPoint;
    this.log = log;
    this.content = content;
    this.server = server;
  }

  /// Makes a disk of zeroes, with its log in the folder.
  public static RecordedDisk create(Linux linux, Path folder, long bytes) throws IOException {
    Path mountPoint = folder.resolve("recorded");
    Path log = folder.resolve("log");
    Path content = folder.resolve("content");
    linux.disk().makeDirectory(mountPoint);
    Process server =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    RememberingDisk.class.getName(),
                    mountPoint.toString(),
                    log.toString(),
                    content.toString(),
                    Long.toString(bytes)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    RecordedDisk disk = new RecordedDisk(linux, mountPoint, log, content, server);
    BufferedReader said = server.inputReader(StandardCharsets.UTF_8);
    if (!RememberingDisk.READY.equals(said.readLine())) {
      disk.close();
      throw new IOException("the program that should serve a disk ended before it did");
    }
    return disk;
  }

  /// Returns the file to attach. To open it is to wait for another process; a process that reads or
  /// writes it through its own page cache may wait for itself.
  public Path file() {
    return mountPoint.resolve(RememberingDisk.NAME);
  }

  /// Returns the current moment: everything that the disk has answered lies before it.
  public long position() throws IOException {
    return Files.size(log);
  }

  /// Returns the log of the disk.
  public Path log() {
    return log;
  }

  @Override
  public void close() throws IOException {
    boolean unmounted = false;
    try {
      if (!linux.mounts().at(mountPoint).isEmpty()) {
        linux.mounts().unmount(mountPoint);
      }
      unmounted = true;
    } finally {
      if (!unmounted) {
        server.destroyForcibly();
      }
      end();
    }
  }

  /// Ends the server, and with it whatever waits for the disk.
  private void end() throws IOException {
    try {
      if (!server.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        server.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      server.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (!linux.mounts().at(mountPoint).isEmpty()) {
      Processes.run(Command.of("umount", "-l", mountPoint.toString()));
    }
    linux.disk().remove(content);
    linux.disk().remove(mountPoint);
  }
}
