/// Finds the nodes of a Kubernetes cluster.
@NullMarked
package dev.nook.cluster.discovery;

import org.jspecify.annotations.NullMarked;
