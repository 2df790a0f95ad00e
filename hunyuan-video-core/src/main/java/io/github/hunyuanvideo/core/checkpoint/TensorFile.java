package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * A file of a checkpoint, as it was when it was opened. Before it is used again, {@link
 * #requireUnchanged()} makes sure that it still is that file: what was validated no longer holds
 * for another, and touching a mapped file that was shortened ends the JVM.
 *
 * @param path the file
 * @param size its size in bytes
 * @param lastModified when it was last changed
 */
public record TensorFile(Path path, long size, FileTime lastModified) {

  /**
   * Looks at a file.
   *
   * @param path the file; a link to one is fine
   * @param remedy how to get the file if it is missing, as a sentence
   * @throws MissingCheckpointFileException if there is none
   * @throws CheckpointException if it is no regular file, or cannot be looked at
   */
  public static TensorFile of(Path path, String remedy) {
    BasicFileAttributes attributes = attributes(path, remedy);
    if (!attributes.isRegularFile()) {
      throw new CheckpointException(path, "this is no regular file. " + remedy);
    }
    return new TensorFile(path, attributes.size(), attributes.lastModifiedTime());
  }

  /**
   * Makes sure that the file is still the one that was opened.
   *
   * @throws CheckpointException if its size or time differ, or it is gone
   */
  public void requireUnchanged() {
    BasicFileAttributes now =
        attributes(path, "It was there when it was opened; open the checkpoint again.");
    if (now.size() != size || !now.lastModifiedTime().equals(lastModified)) {
      throw new CheckpointException(
          path,
          "the file changed since it was opened: it had %d bytes at %s, now %d at %s. Open the checkpoint again."
              .formatted(size, lastModified, now.size(), now.lastModifiedTime()));
    }
  }

  private static BasicFileAttributes attributes(Path path, String remedy) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class);
    } catch (NoSuchFileException e) {
      throw new MissingCheckpointFileException(path, remedy);
    } catch (IOException e) {
      throw new CheckpointException(path, "the file cannot be looked at: " + e, e);
    }
  }
}
