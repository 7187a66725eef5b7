/// A disk that logs writes and flushes, and what may be left of it when the power fails.
@NullMarked
package dev.nook.testing.power;

import org.jspecify.annotations.NullMarked;
