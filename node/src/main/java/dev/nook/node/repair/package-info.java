/// Checks and repairs of volumes, for administrators and for classes.
@NullMarked
package dev.nook.node.repair;

import org.jspecify.annotations.NullMarked;
