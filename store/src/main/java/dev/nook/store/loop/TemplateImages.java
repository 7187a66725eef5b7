package dev.nook.store.loop;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Templating;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// Makes thin ext4 images that share the blocks of one that mkfs made. Only on XFS, where what only
/// a template holds is free once the template is gone: btrfs keeps a whole extent for any block of
/// it.
final class TemplateImages implements Templating {
  private static final Shape THIN_EXT4 =
      new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);

  private final Layout layout;
  private final Linux linux;
  private final Disk disk;
  private final Images images;

  TemplateImages(Layout layout, Linux linux, Images images) {
    this.layout = layout;
    this.linux = linux;
    this.disk = linux.disk();
    this.images = images;
  }

  @Override
  public Optional<Key> key(Shape shape, long bytes) throws IOException {
    if (!shape.equals(THIN_EXT4) || !disk.space(layout.root()).is(FileSystemType.XFS)) {
      return Optional.empty();
    }
    String formatter = linux.fileSystems().formatter(FileSystemType.EXT4);
    return Optional.of(new Key(FileSystemType.EXT4, bytes, formatter));
  }

  @Override
  public void makeTemplate(Home made, Home template) throws IOException {
    disk.reflink(made.image(), template.image());
    disk.chmod(template.image(), ImageCut.READ_ONLY);
  }

  @Override
  public Content create(Home template, Home home, Shape shape, long bytes) throws IOException {
    Path image = home.image();
    try {
      disk.reflink(template.image(), image);
      return withNewUuid(image, template.image(), shape, bytes);
    } catch (IOException e) {
      remove(image, e);
      throw e;
    }
  }

  /// Gives the filesystem in a new image a UUID of its own. Nothing in it was ever acknowledged, so
  /// whatever is wrong here is wrong with the template.
  private Content withNewUuid(Path image, Path template, Shape shape, long bytes)
      throws IOException {
    if (!(shape instanceof Shape.Formatted formatted)) {
      throw new IllegalArgumentException("a template holds a filesystem, not " + shape);
    }
    var content = new Content.Formatted(formatted, UUID.randomUUID());
    try {
      linux.fileSystems().changeUuidAndHashSeed(image, template, formatted.type(), content.uuid());
      images.verify(image, content, bytes);
      return content;
    } catch (SystemCallException e) {
      throw new IOException("%s starts from a template that is damaged".formatted(image), e);
    }
  }

  private void remove(Path image, IOException cause) {
    try {
      disk.remove(image);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }
}
