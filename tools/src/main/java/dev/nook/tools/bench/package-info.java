/// `nook bench`: times of calls, snapshots and mkfs, measured on a driver such as quickstart's.
@NullMarked
package dev.nook.tools.bench;

import org.jspecify.annotations.NullMarked;
