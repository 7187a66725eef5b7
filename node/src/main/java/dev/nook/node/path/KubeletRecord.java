package dev.nook.node.path;

import dev.nook.linux.fs.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Reads kubelet's record of a CSI volume, `vol_data.json`: a JSON object of strings that is
/// written before the first call that names the volume's path and removed after the last. Its
/// content is not trusted: its size is bounded, and no link to it is followed.
public final class KubeletRecord {
  private static final String NAME = "vol_data.json";

  /// kubelet writes some hundred bytes.
  private static final int MAX_BYTES = 64 << 10;

  /// A CSI driver's name (spec.md, GetPluginInfo).
  private static final Pattern DRIVER =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?");

  private static final JsonFactory JSON = new JsonFactory();

  private KubeletRecord() {}

  /// The driver that the record in a folder names.
  ///
  /// @param path a real path, whose record that is
  /// @param root the kubelet directory, below which no link is followed
  public static PathOwner owner(Path folder, Path path, Path root, Disk disk) {
    Path record = folder.resolve(NAME);
    try {
      Optional<Path> link =
          folder.equals(path.getParent())
              ? Optional.empty() // Its folder has its real name, and no file is opened by a link.
              : new KubeletPath(record).linkBelow(root);
      if (link.isPresent()) {
        return new PathOwner.Unnamed("%s is a symbolic link".formatted(link.get()));
      }
      Optional<String> name = driverName(disk.read(record, MAX_BYTES));
      return name.isPresent() && DRIVER.matcher(name.get()).matches()
          ? new PathOwner.Driver(name.get())
          : new PathOwner.Unnamed("%s names no driver".formatted(record));
    } catch (IOException | JacksonException e) {
      return new PathOwner.Unnamed("%s cannot be read: %s".formatted(record, firstLine(e)));
    }
  }

  /// Returns the driver's name. A text that is cut off, or goes on after the object's end, is not a
  /// record.
  private static Optional<String> driverName(byte[] json) {
    Optional<String> name = Optional.empty();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        boolean own =
            token == JsonToken.VALUE_STRING && parser.streamReadContext().getNestingDepth() == 1;
        if (own && "driverName".equals(parser.currentName())) {
          name = Optional.of(parser.getString());
        }
      }
    }
    return name;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
