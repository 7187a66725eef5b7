package dev.nook.testing.fake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.extent.Extents;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.repair.FileSystemRepairs;
import dev.nook.testing.extent.Blocks;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// A kernel without root: mounts, loop devices and filesystems over a temporary folder, as strict
/// as the real one (the kernel contract runs on both).
///
/// Paths that are not below a mount are on the host's filesystem. Devices are `<root>/dev/loopN`. A
/// driver restart is a new object graph over the same kernel; [#reboot] forgets what a host
/// forgets. What a pod writes through [#contentOf] is counted, but no size or quota stops it.
public final class FakeKernel {
  /// Errors that an ext4 notes in its superblock or journal.
  public enum Noted {
    NOTHING,
    /// It must be checked.
    MARK,
    /// Its device refused a write; a mount turns this into the mark.
    REFUSED_WRITE,
    /// Its journal was aborted because of damage; a mount turns this into the mark.
    DAMAGE
  }

  /// Damage that the checker of a filesystem finds in an image.
  public enum Damage {
    NONE,
    /// Orphans and counts, as after a power cut.
    COUNTS,
    /// It cannot be mended without losing files.
    FILES,
    /// It cannot be mended at all.
    HOPELESS,
    /// The checker never ends.
    ENDLESS
  }

  /// The kind of host.
  ///
  /// @param type the filesystem of the host: ext4 has no reflink, btrfs has simple quotas on
  /// @param ext4GrowsOnline whether this process has CAP_SYS_RESOURCE
  public record Options(
      FileSystemType type, long totalBytes, long availableBytes, boolean ext4GrowsOnline) {
    public static Options on(FileSystemType type) {
      return new Options(type, 100L << 30, 80L << 30, true);
    }

    public Options withSpace(long total, long available) {
      return new Options(type, total, available, ext4GrowsOnline);
    }

    public Options withoutOnlineGrowthOfExt4() {
      return new Options(type, totalBytes, availableBytes, false);
    }
  }

  final MountTable table;
  final Superblock host;
  final Superblock devices;
  final boolean ext4GrowsOnline;

  /// Attached loop devices by number.
  final Map<Integer, Attached> loops = new HashMap<>();

  /// Locks that are held.
  final Set<Lock> locks = new HashSet<>();

  /// Inodes whose blocks cannot be read.
  private final Set<Long> broken = new HashSet<>();

  private long lastAnonymous = 30;
  private int toolsVersion = 1;
  private final Path root;

  /// The filesystems in images, by inode and UUID.
  private final Map<Long, Map<UUID, Superblock>> images = new HashMap<>();

  private final Linux linux;

  public FakeKernel(Path root) {
    this(root, Options.on(FileSystemType.XFS));
  }

  public FakeKernel(Path root, Options options) {
    this.root = root.toAbsolutePath().normalize();
    this.ext4GrowsOnline = options.ext4GrowsOnline();
    try {
      devices = Superblock.ofDevices(Files.createDirectories(this.root.resolve("dev")));
      table = new MountTable(this.root);
      host = Superblock.ofHost(options.type(), this.root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.size(options.totalBytes(), options.availableBytes());
    boot();
    linux =
        new Linux(
            OneAtATime.port(Mounts.class, new FakeMounts(this), this),
            OneAtATime.port(LoopDevices.class, new FakeLoopDevices(this), this),
            OneAtATime.port(FileSystems.class, new FakeFileSystems(this), this),
            OneAtATime.port(Disk.class, new FakeDisk(this), this),
            OneAtATime.port(Subvolumes.class, new FakeSubvolumes(this), this),
            OneAtATime.port(Extents.class, new FakeExtents(this), this),
            OneAtATime.port(FileSystemRepairs.class, new FakeRepairs(this), this));
  }

  private void boot() {
    List<String> flags = List.of("rw", "relatime");
    Mount slash = table.add(1, host.folder, host, host.folder, flags, List.of("rw"));
    Path dev = devices.folder;
    Mount _ = table.add(slash.id, dev, devices, dev, flags, List.of("rw"));
  }

  public Linux linux() {
    return linux;
  }

  /// Forgets mounts, loop devices, locks and open files; disks keep their content.
  public synchronized void reboot() throws IOException {
    table.clear();
    loops.values().forEach(Attached::forgetNode);
    loops.clear();
    for (Lock lock : List.copyOf(locks)) {
      lock.close();
    }
    boot();
  }

  /// Returns the real file or folder behind a path, mounted or not, to read and write as a pod
  /// would.
  public synchronized Path contentOf(Path path) {
    try {
      return table.follow(path).real();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Shows a path only in the mount namespace of pid 1, until a reboot.
  public synchronized void bindElsewhere(Path from, Path mountPoint) throws IOException {
    table.addElsewhere(table.follow(from).mustExist("mount"), mountPoint);
  }

  /// Opens a file, directory or device as a pod would: its mount is busy until this is closed.
  public synchronized Closeable holdOpen(Path path) throws IOException {
    return open(table.follow(path).mustExist("open"));
  }

  /// Gives a device another label, as whoever may write it can.
  public synchronized void relabel(Path device, String label) throws IOException {
    loopAt(table.noFollow(device)).orElseThrow().label = label;
  }

  /// Makes reads of an image, and of a device that shows it, fail with EIO.
  public synchronized void breakReads(Path image) throws IOException {
    broken.add(table.follow(image).mustExist("open").inode());
  }

  /// Makes an ext4 in an image note an error.
  public synchronized void note(Path image, Noted noted) throws IOException {
    Path real = table.follow(image).mustExist("open").real();
    Marker.read(real)
        .orElseThrow(() -> new IOException(image + " holds no filesystem"))
        .withNoted(noted)
        .write(real);
  }

  /// Damages the filesystem in an image; the kernel does not see it, its checker does.
  public synchronized void damage(Path image, Damage damage) throws IOException {
    Path real = table.follow(image).mustExist("open").real();
    Marker.read(real)
        .orElseThrow(() -> new IOException(image + " holds no filesystem"))
        .withDamage(damage)
        .write(real);
  }

  /// Makes the kernel meet an error on the mounted filesystem that a path lies in.
  public synchronized void meetError(Path path) throws IOException {
    table.follow(path).mustExist("open").superblock().metErrors = true;
  }

  /// Installs other tools, as an upgrade of the host does.
  public synchronized void upgradeTools() {
    toolsVersion++;
  }

  int toolsVersion() {
    return toolsVersion;
  }

  /// Leaves only this many bytes on the host's filesystem, as if others had written.
  public synchronized void leaveAvailable(long bytes) {
    long charged = host.chargedBytes();
    host.size(host.totalBytes(), bytes + charged);
  }

  /// Moves every extent of a file wherever it is shown, as btrfs does in a balance.
  public synchronized void balance(Path file) throws IOException {
    Place place = table.follow(file).mustExist("open");
    place.superblock().blocks.move(place.superblock().blocks.look(place.inode(), place.real()));
  }

  /// Moves what a file has to extents of its own, as `btrfs filesystem defragment` and xfs_fsr(8)
  /// do.
  public synchronized void defragment(Path file) throws IOException {
    Place place = table.follow(file).mustExist("open");
    Blocks blocks = place.superblock().blocks;
    blocks.defragment(blocks.look(place.inode(), place.real()));
  }

  /// Fails, naming every mount and loop device that is left.
  public synchronized void assertNothingLeft() {
    Stream<String> mounts =
        table.all().stream()
            .skip(2)
            .map(mount -> "mount of " + mount.superblock.source + " on " + mount.mountPoint);
    Stream<String> devices = loops.values().stream().map(Attached::toString);
    assertThat(Stream.concat(mounts, devices)).as("left in the kernel").isEmpty();
  }

  boolean isBroken(long inode) {
    return broken.contains(inode);
  }

  /// Opens a file, which keeps its mount busy, and its loop device when it is one.
  Descriptor open(Place place) throws IOException {
    Optional<Attached> loop = place.isBlockDevice() ? loopAt(place) : Optional.empty();
    return new Descriptor(this, place.mount(), loop);
  }

  /// Returns a device number for a filesystem or subvolume without a block device.
  long anonymousDevice() {
    lastAnonymous += 2;
    return lastAnonymous;
  }

  Optional<Attached> loopAt(Place device) {
    return Attached.number(device.real()).map(loops::get);
  }

  /// Returns the filesystem in an image: the same object whenever this inode has this UUID.
  Superblock superblock(Path image, Marker marker) throws IOException {
    long inode = Place.inode(image);
    Map<UUID, Superblock> known = images.computeIfAbsent(inode, _ -> new HashMap<>());
    Superblock superblock = known.get(marker.uuid());
    if (superblock == null) {
      Path folder = contents(inode).resolve(marker.uuid().toString());
      superblock = Superblock.ofImage(marker, Files.createDirectories(folder), anonymousDevice());
      known.put(marker.uuid(), superblock);
    }
    return superblock;
  }

  private Path contents(long inode) {
    return root.resolve("contents").resolve(Long.toString(inode));
  }

  /// Gives a copy of an image's blocks the same files.
  void copyContent(Path from, Path to) throws IOException {
    Optional<Marker> marker = Marker.read(from);
    if (marker.isPresent()) {
      Tree.copy(superblock(from, marker.get()).folder, superblock(to, marker.get()).folder);
    }
  }

  /// Keeps the files of a filesystem that gets another UUID.
  void renew(Path image, Marker old, Marker renewed) throws IOException {
    Superblock before = superblock(image, old);
    renewed.write(image);
    Tree.copy(before.folder, superblock(image, renewed).folder);
  }

  /// Removes the files of an image that is formatted.
  void forget(Path image) throws IOException {
    long inode = Place.inode(image);
    if (images.remove(inode) != null) {
      Tree.delete(contents(inode));
    }
  }
}
