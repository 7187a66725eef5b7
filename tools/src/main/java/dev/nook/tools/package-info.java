/// The commands that try a driver out: [dev.nook.tools.quickstart] and [dev.nook.tools.bench].
/// Nothing that serves depends on them.
@NullMarked
package dev.nook.tools;

import org.jspecify.annotations.NullMarked;
