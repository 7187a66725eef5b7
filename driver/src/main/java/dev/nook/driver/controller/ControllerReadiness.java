package dev.nook.driver.controller;

import dev.nook.cluster.peer.Peers;
import dev.nook.driver.http.HttpAnswer;
import dev.nook.rpc.peer.LiveCredentials;

/// Says, from memory, whether this controller can do its work, and how many nodes are away. Nodes
/// that are away do not make it unready: it serves the others. Anybody who reaches the port may
/// ask, so that no node is named.
final class ControllerReadiness {
  private enum Phase {
    STARTING("the controller is starting"),
    SERVING("ready"),
    STOPPING("the controller is stopping");

    private final String words;

    Phase(String words) {
      this.words = words;
    }
  }

  private final Peers peers;
  private final LiveCredentials credentials;
  private volatile Phase phase = Phase.STARTING;

  ControllerReadiness(Peers peers, LiveCredentials credentials) {
    this.peers = peers;
    this.credentials = credentials;
  }

  void serving() {
    phase = Phase.SERVING;
  }

  void stopping() {
    phase = Phase.STOPPING;
  }

  HttpAnswer answer() {
    if (phase != Phase.SERVING) {
      return HttpAnswer.text(HttpAnswer.UNAVAILABLE, phase.words);
    }
    if (credentials.end().isEmpty()) {
      return HttpAnswer.text(HttpAnswer.UNAVAILABLE, "there is no certificate yet");
    }
    long ready = peers.all().stream().filter(peer -> peer.presence().ready()).count();
    return HttpAnswer.text(
        HttpAnswer.OK,
        "%s\n%d of %d nodes answer".formatted(phase.words, ready, peers.all().size()));
  }
}
