package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Tensors by name, in one file or several. Validated when it was made; holds nothing open.
 *
 * @param path the file or folder that was asked for, for messages
 * @param tensors by name, in the order in which the file lists them
 * @param metadata texts that the file carries beside its tensors; empty if there are none
 */
public record TensorSource(
    Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata) {

  /** Keeps copies of the maps, in their order. */
  public TensorSource {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * The same tensors under other names.
   *
   * @param naming the new name of each, or empty for those that are left out
   * @throws io.github.hunyuanvideo.api.CheckpointException if two get the same name
   */
  public TensorSource renamed(Function<String, Optional<String>> naming) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            naming
                .apply(name)
                .ifPresent(
                    newName -> {
                      if (renamed.put(newName, tensor.renamed(newName)) != null) {
                        throw new CheckpointException(
                            path, "two tensors stand for \"" + newName + "\"");
                      }
                    }));
    return new TensorSource(path, renamed, metadata);
  }

  /** How many bytes all tensors have together. */
  public long bytes() {
    return tensors.values().stream().mapToLong(StoredTensor::bytes).sum();
  }
}
