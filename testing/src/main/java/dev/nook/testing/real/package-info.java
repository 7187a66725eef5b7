/// Real devices, mounts and filesystems for tests, and checks that nothing of them is left.
@NullMarked
package dev.nook.testing.real;

import org.jspecify.annotations.NullMarked;
