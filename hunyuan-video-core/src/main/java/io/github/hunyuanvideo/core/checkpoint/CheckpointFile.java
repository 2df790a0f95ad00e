package io.github.hunyuanvideo.core.checkpoint;

import java.nio.file.Path;

/**
 * A file of a checkpoint that is read elsewhere.
 *
 * @param path where it lies
 * @param remedy how to get it if it is missing, as a sentence
 */
public record CheckpointFile(Path path, String remedy) {

  /**
   * Makes sure that it is there.
   *
   * @return its size in bytes
   * @throws io.github.hunyuanvideo.api.CheckpointException if it is missing
   */
  public long require() {
    return TensorFile.of(path, remedy).size();
  }
}
