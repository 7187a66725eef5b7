package dev.nook.controller.planted;

/// A thread that nobody waits for.
public final class StartsAThread {
  public Thread run(Runnable work) {
    return Thread.ofPlatform().start(work);
  }
}
