/// The manifests, held against Kubernetes' types, Nook's own parsers and each other.
@NullMarked
package dev.nook.deploy;

import org.jspecify.annotations.NullMarked;
