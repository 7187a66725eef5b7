/// The CSI Controller service of a whole cluster: it hands each call to the node of the volume. A
/// call goes from the service to a route or a place, and from there to a peer.
@NullMarked
package dev.nook.cluster;

import org.jspecify.annotations.NullMarked;
