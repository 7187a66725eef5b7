/// A soak: random calls on every kind of pool and volume, with the driver killed at random moments,
/// checked against a model of what was acknowledged.
@NullMarked
package dev.nook.driver.soak;

import org.jspecify.annotations.NullMarked;
