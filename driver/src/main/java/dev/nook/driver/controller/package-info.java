/// `nook controller`: the Controller service of a whole cluster, wired in `ClusterController`.
@NullMarked
package dev.nook.driver.controller;

import org.jspecify.annotations.NullMarked;
