package dev.nook.testing.contract;

/// Makes the same calls on the fake kernel and on the real one, so that what is proven on the fake
/// holds on a host. Subclasses add what depends on the filesystem below.
interface KernelContract
    extends DiskContract,
        MountsContract,
        BindsContract,
        LoopDevicesContract,
        FileSystemsContract,
        DiskCopiesContract,
        ExtentsContract,
        SharedExtentsContract,
        CopiesContract,
        RepairsContract {}
