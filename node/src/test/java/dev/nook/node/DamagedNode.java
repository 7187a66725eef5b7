package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.regex.Pattern;

/// A node with volumes whose filesystems are damaged behind its back.
abstract class DamagedNode extends RealNode {
  static final long BLOCK = 4096;

  /// A volume that holds `directory/file` with `data`, and is staged no more.
  final Volume used(Shape shape, long bytes) throws Exception {
    Volume volume = node.create("v", shape, bytes);
    node.publisher.publish(node.publish(volume, "first"));
    Files.createDirectories(node.target("first").resolve("directory/below"));
    Files.writeString(node.target("first").resolve("directory/file"), "data");
    node.publisher.unpublish(node.unpublish(volume, "first"));
    node.stager.unstage(node.unstage(volume));
    return volume;
  }

  /// The first block of what dumpe2fs shows of the first group.
  final long firstBlock(Volume volume, String what) throws IOException {
    String out = Processes.run(Command.of("dumpe2fs", node.image(volume).toString())).out();
    var matcher =
        Pattern.compile(what + " (\\d+)", Pattern.CASE_INSENSITIVE)
            .matcher(out.substring(out.indexOf("Group 0:")));
    assertThat(matcher.find()).as(what).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  final void zero(Volume volume, long block) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(node.image(volume).toFile(), "rw")) {
      file.seek(block * BLOCK);
      file.write(new byte[(int) BLOCK]);
    }
  }

  final void debugfs(Volume volume, String request) throws IOException {
    Processes.run(Command.of("debugfs", "-w", "-R", request, node.image(volume).toString()));
  }
}
