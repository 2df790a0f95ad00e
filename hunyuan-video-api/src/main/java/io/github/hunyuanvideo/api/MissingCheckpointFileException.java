package io.github.hunyuanvideo.api;

import java.nio.file.Path;

/**
 * A file that the checkpoint must have is not where it was looked for. The message says how to get
 * it.
 */
public final class MissingCheckpointFileException extends CheckpointException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception about a file that is not there.
   *
   * @param path where the file was looked for
   * @param remedy how to get it, as a sentence
   */
  public MissingCheckpointFileException(Path path, String remedy) {
    super(path, "there is no such file. " + remedy);
  }
}
