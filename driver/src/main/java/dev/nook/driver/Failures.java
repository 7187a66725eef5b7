package dev.nook.driver;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.serve.Config;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/// How a command that failed ends: one line for the person who typed it, and an exit code that says
/// whose turn it is. Only a defect of Nook shows its stack trace.
final class Failures {
  private Failures() {}

  static int report(Exception failure, CommandLine command) {
    command.getErr().println("nook: " + failure.getMessage());
    return switch (failure) {
      case Config.Conflict _ -> Exit.CONFIG;
      case StorageException _ -> Exit.FAILED;
      case PoolHeld _ -> Exit.HELD;
      case StatusRuntimeException _ -> Exit.FAILED;
      case IOException _ -> Exit.HOST;
      default -> {
        LoggerFactory.getLogger(Failures.class).error("a defect in Nook", failure);
        yield Exit.HOST;
      }
    };
  }
}
