/// What tests of every module share: a fake of the kernel below the five ports, a proxy that fails
/// the n-th call, and guards around the real kernel.
@NullMarked
package dev.nook.testing;

import org.jspecify.annotations.NullMarked;
