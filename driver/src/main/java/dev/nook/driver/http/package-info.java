/// What monitoring asks over HTTP: `/livez`, `/readyz`, `/metrics`. The commands that serve share
/// it.
@NullMarked
package dev.nook.driver.http;

import org.jspecify.annotations.NullMarked;
