package dev.nook.tools.bench.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// Asks another JVM of this user what `jcmd` would, over its attach socket: the image has no
/// `jcmd`. The other JVM was started with `-XX:+StartAttachListener`.
record JvmCommands(long pid) {
  static final String OPTION = "-XX:+StartAttachListener";

  /// Returns what the other JVM says to a command of `jcmd`, such as `GC.heap_info`.
  String answer(String command) throws IOException {
    Path socket = Path.of("/proc", Long.toString(pid), "root", "tmp", ".java_pid" + pid);
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket.toRealPath()));
      // The first protocol of HotSpot's attachListener: its version, a command, three arguments.
      ByteBuffer asked = UTF_8.encode("1\0jcmd\0" + command + "\0\0\0");
      while (asked.hasRemaining()) {
        int _ = channel.write(asked);
      }
      String said = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
      if (!said.startsWith("0\n")) {
        throw new IOException("the JVM %d did not answer %s: %s".formatted(pid, command, said));
      }
      return said.substring(2);
    }
  }
}
