/// A container orchestrator's side of the wire: a typed client, and how long its calls take.
@NullMarked
package dev.nook.client;

import org.jspecify.annotations.NullMarked;
