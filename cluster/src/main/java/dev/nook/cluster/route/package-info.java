/// Which node has a volume or snapshot.
@NullMarked
package dev.nook.cluster.route;

import org.jspecify.annotations.NullMarked;
