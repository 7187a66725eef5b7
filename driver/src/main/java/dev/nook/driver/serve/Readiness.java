package dev.nook.driver.serve;

import dev.nook.driver.http.HttpAnswer;
import dev.nook.store.PoolStates;
import dev.nook.store.health.PoolStatus.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Says, from memory, whether this driver does all its work, and if not, why not. A closed or
/// degraded pool is named but does not make the driver unready, which would harm the others.
/// Anybody who reaches the port may ask, so an answer has only fixed words and names of pools: no
/// path, node, process or message of a system call.
final class Readiness {
  private enum Phase {
    STARTING,
    SERVING,
    STOPPING
  }

  private final PoolStates pools;
  private final PoolWatch watch;
  private final Optional<Registrar> registrar;
  private volatile Phase phase = Phase.STARTING;

  Readiness(PoolStates pools, PoolWatch watch, Optional<Registrar> registrar) {
    this.pools = pools;
    this.watch = watch;
    this.registrar = registrar;
  }

  /// Notes that node calls are served.
  void serving() {
    phase = Phase.SERVING;
  }

  /// Notes that the driver is stopping.
  void stopping() {
    phase = Phase.STOPPING;
  }

  HttpAnswer answer() {
    List<String> lines = new ArrayList<>(obstacles());
    int status = lines.isEmpty() ? HttpAnswer.OK : HttpAnswer.UNAVAILABLE;
    if (lines.isEmpty()) {
      lines.add("ready");
    }
    watch
        .seen()
        .forEach((pool, seen) -> {
          Health health = seen.sample().status().health();
          if (!(health instanceof Health.Open)) {
            lines.add("pool %s is %s".formatted(pool, word(health)));
          }
        });
    return HttpAnswer.text(status, String.join("\n", lines));
  }

  private static String word(Health health) {
    return switch (health) {
      case Health.Starting _ -> "starting";
      case Health.Open _ -> "open";
      case Health.Degraded _ -> "degraded";
      case Health.Closed _ -> "closed";
    };
  }

  private List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    switch (phase) {
      case STARTING -> obstacles.add("the locks of the pools are not held yet");
      case STOPPING -> obstacles.add("the driver is stopping");
      case SERVING -> {
        if (!pools.ready()) {
          obstacles.add("the pools are still being read");
        }
        registrar
            .flatMap(Registrar::problem)
            .map(Registrar.Problem::what)
            .ifPresent(obstacles::add);
      }
    }
    return obstacles;
  }
}
