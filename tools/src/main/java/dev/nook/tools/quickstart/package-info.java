/// `nook quickstart`: a driver and its client in this process, over one folder of which nothing
/// stays, and the life of a volume on them.
@NullMarked
package dev.nook.tools.quickstart;

import org.jspecify.annotations.NullMarked;
