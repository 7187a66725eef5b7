package dev.nook.testing.fault;

/// Says that the process is dead. The call at which it died throws this, and so does every later
/// one, past every `catch` of an exception, so that nothing is cleaned up that a dead process could
/// not clean up.
public final class Crash extends Error {
  Crash(String call) {
    super("crashed at " + call);
  }

  Crash(Crash first) {
    super("called after: " + first.getMessage(), first);
  }
}
