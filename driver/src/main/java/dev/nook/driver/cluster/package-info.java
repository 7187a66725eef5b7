/// `nook cluster`: what went with nodes that are gone; and the Kubernetes API, read by a pod or
/// through kubectl.
@NullMarked
package dev.nook.driver.cluster;

import org.jspecify.annotations.NullMarked;
