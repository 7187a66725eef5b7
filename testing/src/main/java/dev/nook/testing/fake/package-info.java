/// A kernel below the ports of `linux`, on plain files of one folder: what the real one answers,
/// without root. One contract runs on both.
@NullMarked
package dev.nook.testing.fake;

import org.jspecify.annotations.NullMarked;
