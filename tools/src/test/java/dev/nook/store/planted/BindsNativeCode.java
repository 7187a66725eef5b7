package dev.nook.store.planted;

import java.lang.foreign.Linker;

/// A second way into the kernel.
public final class BindsNativeCode {
  public Linker linker() {
    return Linker.nativeLinker();
  }
}
