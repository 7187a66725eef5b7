/// `nook bench start` and `nook bench memory`: what a driver takes as a process of its own.
@NullMarked
package dev.nook.tools.bench.process;

import org.jspecify.annotations.NullMarked;
