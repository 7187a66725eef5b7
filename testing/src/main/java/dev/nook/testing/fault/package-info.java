/// Faults and interleavings: a call that fails, a driver that dies, another call that runs at every
/// point of the first.
@NullMarked
package dev.nook.testing.fault;

import org.jspecify.annotations.NullMarked;
