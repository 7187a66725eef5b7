package dev.nook.driver.doctor;

import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.PoolAdministration;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolGlance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Checks what a pool's place can and cannot do by trying it: two small files are made there,
/// cloned, attached and removed again.
///
/// @param pools tells how the pool is
record PoolCheck(PoolConfig config, Linux linux, PoolAdministration pools) {
  private static final long PROBE_BYTES = 1L << 20;

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    try {
      if (unmounted()) {
        findings.add(image());
        return findings;
      }
      if (linux.disk().stat(config.path()).isEmpty()) {
        findings.add(absent());
        return findings;
      }
      findings.add(space());
      findings.add(state(pools.glance(config.name())));
      findings.addAll(foreign());
      findings.add(quotas());
      findings.addAll(probed());
    } catch (IOException e) {
      findings.add(
          Finding.missing(
              subject("files"),
              String.valueOf(e.getMessage()),
              "run as root; look at the disk and at dmesg"));
    }
    return findings;
  }

  private boolean unmounted() throws IOException {
    return config.image().isPresent() && linux.mounts().at(config.path()).isEmpty();
  }

  /// Checks a pool image that is not mounted now, or not made yet.
  private Finding image() throws IOException {
    Path folder = parent();
    if (linux.disk().stat(config.imageFile()).isPresent()) {
      return Finding.fine(subject("image"), "is mounted by the driver that serves it");
    }
    if (linux.disk().stat(folder).isEmpty()) {
      return Finding.missing(subject("image"), folder + " does not exist", "mkdir -p " + folder);
    }
    long needed = config.image().map(PoolConfig.Image::bytes).orElse(0L);
    long free = linux.disk().space(folder).availableBytes();
    String found =
        "takes %s of the %s free in %s".formatted(Size.text(needed), Size.text(free), folder);
    return needed < free
        ? Finding.fine(subject("image"), found + " when the driver first serves it")
        : Finding.missing(
            subject("image"), found, "choose a smaller image, or a path on a larger disk");
  }

  private Path parent() {
    Path parent = config.path().getParent();
    return parent == null ? config.path() : parent;
  }

  private Finding absent() {
    return Finding.missing(
        subject("path"), config.path() + " does not exist", "mkdir -p " + config.path());
  }

  private Finding space() throws IOException {
    Disk.Space space = linux.disk().space(config.path());
    String found =
        "%s, %s of %s available"
            .formatted(
                space.type().map(Object::toString).orElse("an unknown filesystem"),
                Size.text(space.availableBytes()),
                Size.text(space.totalBytes()));
    return shared() && config.sizeBytes().isEmpty()
        ? Finding.less(
            subject("space"),
            found + ", shared with others",
            "set size=, so that other files on this filesystem cannot take what volumes were promised")
        : Finding.fine(subject("space"), found);
  }

  /// Whether the filesystem is shared with others, that is, its root is not the pool's.
  private boolean shared() throws IOException {
    List<Mounts.Entry> stack = linux.mounts().at(config.path());
    return stack.isEmpty() || !stack.getLast().root().equals("/");
  }

  private Finding state(PoolGlance glance) {
    String found =
        glance.state()
            + glance.node().map(node -> ", of node " + node).orElse("")
            + glance.holder().map(holder -> ", served by " + holder).orElse("")
            + glance.why().map(why -> ": " + why).orElse("");
    return switch (glance.state()) {
      case NEW, OPEN, UNMOUNTED -> Finding.fine(subject("state"), found);
      case DEGRADED ->
          Finding.missing(
              subject("state"), found, "check the disk, then nook pool recover " + config.name());
      case CLOSED ->
          Finding.missing(
              subject("state"), found, "see \"A pool is closed\" in docs/operations.md");
    };
  }

  /// Returns a finding for each entry of another pool. A FORMAT that cannot be read is reported
  /// elsewhere.
  private List<Finding> foreign() throws IOException {
    try {
      return pools.foreign(config.name()).stream()
          .map(entry ->
              Finding.less(
                  subject("entries"),
                  entry + " belongs to another pool and is not served here",
                  "move it back into the pool whose FORMAT has its tag, or remove it"))
          .toList();
    } catch (StorageException _) {
      return List.of();
    }
  }

  private Finding quotas() throws IOException {
    return linux.subvolumes().enforced(config.path())
        ? Finding.fine(subject("directory volumes"), "simple quotas enforce their size")
        : Finding.less(
            subject("directory volumes"),
            "their size is not enforced here",
            "give the pool an image (image=SIZE,fs=btrfs), or say quota: none in the class");
  }

  private List<Finding> probed() throws IOException {
    Disk disk = linux.disk();
    String nonce = Long.toString(ProcessHandle.current().pid());
    Path file = config.path().resolve(".doctor-" + nonce);
    Path clone = config.path().resolve(".doctor-clone-" + nonce);
    try {
      disk.allocate(file, PROBE_BYTES, Allocation.FULL);
      return List.of(reflink(file, clone), directIo(file));
    } finally {
      disk.remove(clone);
      disk.remove(file);
    }
  }

  private Finding reflink(Path file, Path clone) throws IOException {
    try {
      linux.disk().reflink(file, clone);
      return Finding.fine(subject("copy-on-write"), "files can be cloned (reflink)");
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
      return Finding.less(
          subject("copy-on-write"),
          "this filesystem cannot clone files (reflink)",
          "give the pool an image (image=SIZE), or put it on xfs or btrfs");
    }
  }

  private Finding directIo(Path file) throws IOException {
    LoopDevices.Loop loop =
        linux
            .loops()
            .attach(
                new LoopDevices.Attach(file, LoopDevices.Access.READ_WRITE, true, "nook doctor"));
    try {
      return loop.directIo()
          ? Finding.fine(subject("loop devices"), "attached with direct I/O")
          : Finding.less(
              subject("loop devices"),
              "buffered: this filesystem does not support direct I/O",
              "data is cached twice; put the pool on ext4, xfs or btrfs");
    } finally {
      linux.loops().detach(loop.device());
    }
  }

  private String subject(String what) {
    return "pool %s, %s".formatted(config.name(), what);
  }
}
