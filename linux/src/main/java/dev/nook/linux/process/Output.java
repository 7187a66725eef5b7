package dev.nook.linux.process;

/// How an accepted run ended. Of either stream at most the last [Capture#LIMIT] bytes are kept.
public record Output(int exitCode, String out, String err) {}
