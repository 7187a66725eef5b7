/// The commands that serve volumes and look after them. Each has a package:
/// [dev.nook.driver.serve], [dev.nook.driver.doctor], [dev.nook.driver.pool] (with `volumes`),
/// [dev.nook.driver.volume], [dev.nook.driver.cluster]; [dev.nook.driver.cli] has what they share.
@NullMarked
package dev.nook.driver;

import org.jspecify.annotations.NullMarked;
