package dev.nook.identity;

import java.util.Map;
import java.util.regex.Pattern;

/// The driver's name and version ([GetPluginInfo](
/// https://github.com/container-storage-interface/spec/blob/master/spec.md#getplugininfo)).
///
/// @param name in domain notation, at most 63 characters
/// @param version the release; all nodes with one version have the same capabilities
public record PluginInfo(String name, String version, Map<String, String> manifest) {
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9.]{0,61}[A-Za-z0-9])?");

  public PluginInfo {
    if (!DOMAIN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "driver name \"%s\": must be at most 63 letters, digits, inner hyphens and dots"
              .formatted(name));
    }
    manifest = Map.copyOf(manifest);
  }
}
