package dev.nook.driver.cli;

/// The exit codes of the process, with the numbers of
/// [sysexits(3)](https://man.freebsd.org/cgi/man.cgi?query=sysexits).
public final class Exit {
  public static final int OK = 0;

  /// The work was done and the answer is no: for example, a check failed or a volume is
  /// quarantined.
  public static final int FAILED = 1;

  /// The command line is wrong.
  public static final int USAGE = 64;

  /// The host failed.
  public static final int HOST = 71;

  /// Another driver holds a pool.
  public static final int HELD = 75;

  /// Flags that are valid by themselves cannot be used together, or not on this host.
  public static final int CONFIG = 78;

  private Exit() {}
}
