/// `nook pool` and `nook volumes`: pools and what is in them, read from the disk, whether or not
/// the driver runs.
@NullMarked
package dev.nook.driver.pool;

import org.jspecify.annotations.NullMarked;
