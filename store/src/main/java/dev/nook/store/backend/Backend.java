package dev.nook.store.backend;

/// One way to hold volumes: all that the rooms above ask of it, each by a port of its own. It
/// remembers nothing; whoever takes a backend takes the port that it needs.
public interface Backend extends Filling, Showing, Looking, Removing, Nesting {}
