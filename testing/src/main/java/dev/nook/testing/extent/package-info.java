/// Which blocks of a fake filesystem the files on it have: shared by copies, freed one by one or by
/// whole extents, at once or after a commit.
@NullMarked
package dev.nook.testing.extent;

import org.jspecify.annotations.NullMarked;
