/// `nook volume`: checks and repairs of single volumes, done by the driver that serves them.
@NullMarked
package dev.nook.driver.volume;

import org.jspecify.annotations.NullMarked;
