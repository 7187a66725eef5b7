package dev.nook.testing;

/// The same calls on the fake kernel and on the real one, so that what is proven on the fake holds
/// on a host.
interface KernelContract
    extends DiskContract,
        MountsContract,
        LoopDevicesContract,
        FileSystemsContract,
        DiskCopiesContract,
        ExtentsContract,
        CopiesContract,
        SubvolumesContract {}
