package dev.nook.store.planted.two;

import dev.nook.store.planted.one.First;
import java.util.Optional;

/// The other half.
public record Second(Optional<First> first, First[] more) {}
