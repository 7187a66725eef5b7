/// `nook cluster`: what is lost with nodes that are gone; and the Kubernetes API, read from a pod
/// or through kubectl.
@NullMarked
package dev.nook.driver.cluster;

import org.jspecify.annotations.NullMarked;
