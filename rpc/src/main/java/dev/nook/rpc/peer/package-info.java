/// gRPC between a controller and nodes: mutual TLS, and what a certificate permits.
@NullMarked
package dev.nook.rpc.peer;

import org.jspecify.annotations.NullMarked;
