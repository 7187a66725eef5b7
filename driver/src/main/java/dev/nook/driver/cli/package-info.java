/// What commands share: flags and their syntax, output, the log, and exit codes.
@NullMarked
package dev.nook.driver.cli;

import org.jspecify.annotations.NullMarked;
