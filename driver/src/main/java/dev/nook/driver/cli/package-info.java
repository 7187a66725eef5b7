/// What every command shares: flags and how they are written, what is printed and logged, and the
/// exit codes.
@NullMarked
package dev.nook.driver.cli;

import org.jspecify.annotations.NullMarked;
