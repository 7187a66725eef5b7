/// What Nook promises to pods, asked of a real cluster: `./nook test --kubernetes` starts one, and
/// these tests talk to it as an operator would, through kubectl.
@NullMarked
package dev.nook.deploy.cluster;

import org.jspecify.annotations.NullMarked;
