package dev.nook.testing.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Decides for [RealKernel].
final class RealKernelCondition implements ExecutionCondition {
  private static final String REQUIRE = "NOOK_REQUIRE_KERNEL";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    boolean required =
        Boolean.parseBoolean(System.getenv(REQUIRE))
            || Boolean.parseBoolean(System.getProperty(REQUIRE));
    return decide(isRoot(), required);
  }

  static ConditionEvaluationResult decide(boolean root, boolean required) {
    if (root) {
      return ConditionEvaluationResult.enabled("root may mount");
    }
    if (required) {
      throw new IllegalStateException(REQUIRE + " is true, but mounting needs root: run as root");
    }
    return ConditionEvaluationResult.disabled(
        "mounting needs root: run as root, or set %s=true to fail instead".formatted(REQUIRE));
  }

  private static boolean isRoot() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
