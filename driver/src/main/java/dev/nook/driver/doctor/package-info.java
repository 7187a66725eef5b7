/// `nook doctor`: checks of the host, of a pool's place and of the cluster. Each returns findings.
@NullMarked
package dev.nook.driver.doctor;

import org.jspecify.annotations.NullMarked;
