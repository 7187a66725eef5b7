/// What is done at the paths of a volume, and how it is taken back.
@NullMarked
package dev.nook.node.mount;

import org.jspecify.annotations.NullMarked;
