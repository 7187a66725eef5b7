/// On which node a new volume is made.
@NullMarked
package dev.nook.cluster.place;

import org.jspecify.annotations.NullMarked;
