/// `nook doctor`: checks of the host, of a pool's place and of the cluster, each of which answers
/// with findings.
@NullMarked
package dev.nook.driver.doctor;

import org.jspecify.annotations.NullMarked;
