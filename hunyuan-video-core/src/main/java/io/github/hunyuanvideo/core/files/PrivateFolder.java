package io.github.hunyuanvideo.core.files;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * A folder of one user's in a place where everybody can make folders. What is loaded from it runs
 * with this user's rights, so nobody else may have made it, or may write to it.
 */
final class PrivateFolder {

  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private PrivateFolder() {}

  /**
   * Makes the folder if it is not there, so that only this user can enter it, and makes sure that
   * it is this user's.
   *
   * @return the same path
   * @throws HunyuanVideoException if it is not private, or cannot be made; the message says what to
   *     set instead
   */
  static Path at(Path folder) {
    try {
      try {
        Files.createDirectory(folder, onlyForThisUser());
      } catch (FileAlreadyExistsException e) {
        requirePrivate(folder);
      }
      return folder;
    } catch (IOException e) {
      throw new HunyuanVideoException(
          "%s, a folder to unpack files into, could not be made (%s). %s"
              .formatted(folder, e, UnpackFolder.REMEDY),
          e);
    }
  }

  private static FileAttribute<?>[] onlyForThisUser() {
    return POSIX
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0]; // the temporary folder is a user's own on Windows
  }

  private static void requirePrivate(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw notPrivate(folder, "is a link or a file");
    }
    if (!POSIX) {
      return;
    }
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> open =
        EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    open.retainAll(attributes.permissions());
    if (!open.isEmpty()) {
      throw notPrivate(folder, "can be written to by others");
    }
    // A user need not have a name that could be looked up, but what it makes belongs to it.
    Path own = Files.createTempFile(folder, "owner", null);
    try {
      if (!Files.getOwner(own).equals(attributes.owner())) {
        throw notPrivate(folder, "belongs to " + attributes.owner());
      }
    } finally {
      Files.delete(own);
    }
  }

  private static HunyuanVideoException notPrivate(Path folder, String reason) {
    return new HunyuanVideoException(
        "Files would be unpacked into %s, but it %s, so that another user could exchange them. Delete it, or choose another place. %s"
            .formatted(folder, reason, UnpackFolder.REMEDY));
  }
}
