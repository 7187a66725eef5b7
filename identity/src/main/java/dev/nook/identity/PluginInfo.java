package dev.nook.identity;

import java.util.Map;
import java.util.regex.Pattern;

/// Who this driver is ([GetPluginInfo](
/// https://github.com/container-storage-interface/spec/blob/master/spec.md#getplugininfo)).
///
/// @param name in domain notation, at most 63 characters
/// @param version says which capabilities there are: every node that reports it has the same
public record PluginInfo(String name, String version, Map<String, String> manifest) {
  private static final Pattern DOMAIN =
      Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9.]{0,61}[A-Za-z0-9])?");

  public PluginInfo {
    if (!DOMAIN.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "driver name \"%s\": letters, digits, inner hyphens and dots, at most 63"
              .formatted(name));
    }
    manifest = Map.copyOf(manifest);
  }
}
