/// The blocks of a fake filesystem and the files that have them: shared by copies, freed one by one
/// or by whole extents, at once or after a commit.
@NullMarked
package dev.nook.testing.extent;

import org.jspecify.annotations.NullMarked;
