/// What tests borrow of the real kernel, and what makes sure that they give it back.
@NullMarked
package dev.nook.testing.real;

import org.jspecify.annotations.NullMarked;
