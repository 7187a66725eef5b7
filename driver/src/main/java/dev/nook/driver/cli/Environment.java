package dev.nook.driver.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Takes flags from the environment: `--max-volumes` is also `NOOK_MAX_VOLUMES`, and `--endpoint`
/// also the `CSI_ENDPOINT` that container orchestrators set. A flag wins over its variable; an
/// empty variable counts as not set. (picocli's `${env:…}` would have to repeat the variable's name
/// at each flag.)
public record Environment(Map<String, String> variables) implements IDefaultValueProvider {
  static String variable(String flag) {
    return "NOOK_" + flag.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option)) {
      return null;
    }
    String value = value(variable(option.longestName()));
    return value == null && option.longestName().equals("--endpoint")
        ? value("CSI_ENDPOINT")
        : value;
  }

  private @Nullable String value(String variable) {
    String value = variables.get(variable);
    return value == null || value.isBlank() ? null : value;
  }
}
