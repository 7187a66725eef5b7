package dev.nook.store.backend;

import dev.nook.store.record.Home;
import java.io.IOException;

/// Removes what lies in a home where removing its files is not enough, and sees to it that the
/// filesystem gives back what that held.
public interface Removing {
  /// Releases what removing the files alone would not, before they are removed; a home without
  /// content of this backend is fine.
  void dismantle(Home home) throws IOException;

  /// Hurries the kernel to give back what was dismantled, and tidies up after it; once after many
  /// is enough.
  void reclaim() throws IOException;

  /// Whether what was dismantled may still hold space, or keep what others write over.
  boolean isGivingBack() throws IOException;
}
