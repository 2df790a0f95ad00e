package io.github.hunyuanvideo.core.torch;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Folders below the system's temporary one that only this user can enter, for what is unpacked when
 * there is no home folder.
 */
public final class PrivateFolders {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private PrivateFolders() {}

  /**
   * The folder of this user, the same at every call. Made if it is not there.
   *
   * @throws HunyuanVideoException if it exists but others can write to it, or it cannot be made
   */
  public static Path temporary() {
    String user = System.getProperty("user.name", "user").replaceAll("[^A-Za-z0-9_-]", "_");
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "hunyuan-video-" + user);
    try {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        create(folder);
      }
      requirePrivate(folder);
      return folder;
    } catch (IOException e) {
      throw new HunyuanVideoException(
          "%s could not be made: %s. Set the system property java.io.tmpdir, or hunyuanvideo.cache, to a folder that can be written to."
              .formatted(folder, e),
          e);
    }
  }

  /**
   * Makes a folder, and those above it, that only this user can enter.
   *
   * @throws IOException if that fails
   */
  public static void create(Path folder) throws IOException {
    if (folder.getParent() != null) {
      Files.createDirectories(folder.getParent());
    }
    try {
      if (POSIX) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(folder);
      }
    } catch (java.nio.file.FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private static void requirePrivate(Path folder) throws IOException {
    if (!POSIX) {
      return;
    }
    Set<PosixFilePermission> open =
        EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    open.retainAll(Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS));
    if (!open.isEmpty() || !Files.isWritable(folder)) {
      throw new HunyuanVideoException(
          "%s is not private to this user; delete it, or set the system property hunyuanvideo.cache to another folder"
              .formatted(folder));
    }
  }
}
