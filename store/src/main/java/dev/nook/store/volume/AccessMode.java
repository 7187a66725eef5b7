package dev.nook.store.volume;

/// The CSI access modes that a volume on one node can serve.
public enum AccessMode {
  SINGLE_NODE_WRITER(false),
  SINGLE_NODE_READER_ONLY(true),
  SINGLE_NODE_SINGLE_WRITER(false),
  SINGLE_NODE_MULTI_WRITER(false),
  MULTI_NODE_READER_ONLY(true);

  private final boolean readOnly;

  AccessMode(boolean readOnly) {
    this.readOnly = readOnly;
  }

  public boolean readOnly() {
    return readOnly;
  }

  /// Whether a second target path on the node is refused (CSI spec, NodePublishVolume).
  public boolean singleTarget() {
    return this == SINGLE_NODE_SINGLE_WRITER;
  }
}
