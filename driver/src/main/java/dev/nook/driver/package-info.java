/// What serves volumes and looks after them. Each word has a package: [dev.nook.driver.serve],
/// [dev.nook.driver.doctor], [dev.nook.driver.pool] (with `volumes`), [dev.nook.driver.cluster];
/// what all of them share is in [dev.nook.driver.cli].
@NullMarked
package dev.nook.driver;

import org.jspecify.annotations.NullMarked;
