package io.github.hunyuanvideo.api;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's file is missing, malformed, or does not belong to the model. The message names the
 * file, the tensor or key, what was expected and what was found; {@link #path()} gives the file for
 * programs.
 */
public class CheckpointException extends HunyuanVideoException {

  private static final long serialVersionUID = 1L;

  private final transient @Nullable Path path;

  /**
   * Creates an exception about a file.
   *
   * @param path the file
   * @param problem what is wrong with it
   */
  public CheckpointException(Path path, String problem) {
    this(path, problem, null);
  }

  /**
   * Creates an exception about a file, with a cause.
   *
   * @param path the file
   * @param problem what is wrong with it
   * @param cause what led to it, or null
   */
  public CheckpointException(Path path, String problem, @Nullable Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
  }

  /**
   * The file that the message is about.
   *
   * @return the path, or null in an exception that was serialised
   */
  public @Nullable Path path() {
    return path;
  }
}
