/// The paths that kubelet gives, and whose they are.
@NullMarked
package dev.nook.node.path;

import org.jspecify.annotations.NullMarked;
