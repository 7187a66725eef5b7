/// How a node gets its certificate from a controller of its cluster, and keeps it valid.
@NullMarked
package dev.nook.driver.enrol;

import org.jspecify.annotations.NullMarked;
