package dev.nook.testing.contract;

/// The same calls on the fake kernel and on the real one, so that what is proven on the fake holds
/// on a host. What depends on the filesystem below is added by who knows it.
interface KernelContract
    extends DiskContract,
        MountsContract,
        BindsContract,
        LoopDevicesContract,
        FileSystemsContract,
        DiskCopiesContract,
        ExtentsContract,
        CopiesContract,
        RepairsContract {}
