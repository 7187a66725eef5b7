/// `nook quickstart`: a driver and its client in this process, in one folder that is removed again,
/// and the life of a volume on them.
@NullMarked
package dev.nook.tools.quickstart;

import org.jspecify.annotations.NullMarked;
