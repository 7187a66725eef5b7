package dev.nook.testing.real;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that mount and attach for real. As root they run. Without root they are disabled
/// with the reason; if the environment variable or system property NOOK_REQUIRE_KERNEL is true they
/// fail instead, so that such a run cannot silently prove nothing.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealKernelCondition.class)
public @interface RealKernel {}
