/// `nook serve`: the driver itself, wired in `Driver`, and what surrounds its calls: housekeeping,
/// registration with kubelet, health and metrics over HTTP.
@NullMarked
package dev.nook.driver.serve;

import org.jspecify.annotations.NullMarked;
