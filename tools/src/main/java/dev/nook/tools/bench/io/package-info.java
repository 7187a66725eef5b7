/// What programs read and write on volumes, measured with fio.
@NullMarked
package dev.nook.tools.bench.io;

import org.jspecify.annotations.NullMarked;
