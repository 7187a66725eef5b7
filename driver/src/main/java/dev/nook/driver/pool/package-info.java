/// `nook pool` and `nook volumes`: pools and what they hold, as their disks show them, with the
/// driver up or down.
@NullMarked
package dev.nook.driver.pool;

import org.jspecify.annotations.NullMarked;
