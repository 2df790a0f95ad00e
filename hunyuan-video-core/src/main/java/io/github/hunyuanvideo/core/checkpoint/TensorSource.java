package io.github.hunyuanvideo.core.checkpoint;

import java.nio.file.Path;
import java.util.Map;

/**
 * Tensors by name, in one file or several. Validated when it was made; holds nothing open.
 *
 * @param path the file or folder that was asked for, for messages
 * @param tensors by name
 * @param metadata texts that the file carries beside its tensors; empty if there are none
 */
public record TensorSource(
    Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata) {

  /** Keeps copies of the maps. */
  public TensorSource {
    tensors = Map.copyOf(tensors);
    metadata = Map.copyOf(metadata);
  }

  /** How many bytes all tensors have together. */
  public long bytes() {
    return tensors.values().stream().mapToLong(StoredTensor::bytes).sum();
  }
}
