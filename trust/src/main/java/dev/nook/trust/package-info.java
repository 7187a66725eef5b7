/// Who may call whom in a cluster: the authority that its controllers share, and what a node must
/// show to be given a certificate.
@NullMarked
package dev.nook.trust;

import org.jspecify.annotations.NullMarked;
