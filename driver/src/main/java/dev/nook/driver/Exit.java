package dev.nook.driver;

/// What the process ends with, by the numbers of
/// [sysexits(3)](https://man.freebsd.org/cgi/man.cgi?query=sysexits).
final class Exit {
  static final int OK = 0;

  /// The work was done and the answer is no: a check failed, a volume is quarantined.
  static final int FAILED = 1;

  /// The command line is wrong.
  static final int USAGE = 64;

  /// The host failed.
  static final int HOST = 71;

  /// Another driver holds a pool.
  static final int HELD = 75;

  /// Flags that are each right cannot be used together, or on this host.
  static final int CONFIG = 78;

  private Exit() {}
}
