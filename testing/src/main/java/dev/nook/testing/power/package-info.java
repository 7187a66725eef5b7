/// A disk that remembers what it was told and when it was told to keep it, and what may be left of
/// it when the power fails.
@NullMarked
package dev.nook.testing.power;

import org.jspecify.annotations.NullMarked;
