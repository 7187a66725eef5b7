/// The other side of the wire: what a container orchestrator sends, and how long answers take.
@NullMarked
package dev.nook.client;

import org.jspecify.annotations.NullMarked;
