/// Checks and repairs of volumes: what an administrator asks for, and what a class asks for.
@NullMarked
package dev.nook.node.repair;

import org.jspecify.annotations.NullMarked;
