package dev.nook.linux.process;

/// The result of an accepted run. At most the last [Capture#LIMIT] bytes of each stream are kept.
public record Output(int exitCode, String out, String err) {}
