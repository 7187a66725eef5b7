/// A certificate authority for tests.
@NullMarked
package dev.nook.testing.tls;

import org.jspecify.annotations.NullMarked;
