package dev.nook.driver.enrol;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/// Where a node asks for its certificate, and with what.
///
/// @param controller the address of the controllers, resolved at each connection
/// @param token the file of the token that kubelet keeps valid, read at each request
public record EnrolmentPoint(InetSocketAddress controller, Path token) {}
