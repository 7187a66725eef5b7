/// The nodes of a cluster, as its controller knows them: where they are, whether they answer, what
/// they have said of themselves.
@NullMarked
package dev.nook.cluster.peer;

import org.jspecify.annotations.NullMarked;
