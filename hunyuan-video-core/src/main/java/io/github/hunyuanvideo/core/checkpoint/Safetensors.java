package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens safetensors checkpoints: a single file, or several with an index. Every header is validated
 * as a whole before anything of it is used; see {@link SafetensorsHeader}.
 */
public final class Safetensors {

  private static final String INDEX_ENDING = ".safetensors.index.json";

  private Safetensors() {}

  /**
   * Opens a file, an index or a folder.
   *
   * @param path a {@code .safetensors} file, a {@code .safetensors.index.json} file, or a folder
   *     that holds one of {@code names}
   * @param names the names, without ending, that are looked for in a folder, for example {@code
   *     model}
   * @param remedy how to get the checkpoint if it is missing, as a sentence
   * @throws CheckpointException if it is missing or malformed
   */
  public static TensorSource open(Path path, List<String> names, String remedy) {
    if (!Files.isDirectory(path)) {
      return path.toString().endsWith(INDEX_ENDING)
          ? openSharded(path, remedy)
          : openFile(path, remedy);
    }
    for (String name : names) {
      Path single = path.resolve(name + ".safetensors");
      Path index = path.resolve(name + INDEX_ENDING);
      if (Files.exists(single)) {
        return openFile(single, remedy);
      }
      if (Files.exists(index)) {
        return openSharded(index, remedy);
      }
    }
    throw new CheckpointException(
        path,
        "there is neither %s.safetensors nor %s%s in this folder. %s"
            .formatted(names.get(0), names.get(0), INDEX_ENDING, remedy));
  }

  /**
   * Opens a single file.
   *
   * @throws CheckpointException if it is missing or malformed
   */
  public static TensorSource openFile(Path path, String remedy) {
    return SafetensorsHeader.read(TensorFile.of(path, remedy));
  }

  /**
   * Opens the files that an index names.
   *
   * @throws CheckpointException if a file is missing or malformed, lies outside of the index's
   *     folder by its name, or does not hold what the index says
   */
  static TensorSource openSharded(Path index, String remedy) {
    Map<String, @Nullable Object> json = StrictJson.readObject(TensorFile.of(index, remedy));
    if (!(json.get("weight_map") instanceof Map<?, ?> map) || map.isEmpty()) {
      throw new CheckpointException(index, "\"weight_map\" must be an object that names files");
    }
    Map<String, TensorSource> shards = new LinkedHashMap<>();
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (name, shard) -> {
          String file = shardName(index, String.valueOf(name), shard);
          TensorSource source =
              shards.computeIfAbsent(file, f -> openFile(shard(index, f), remedy));
          StoredTensor tensor = source.tensors().get(String.valueOf(name));
          if (tensor == null) {
            throw new CheckpointException(
                index,
                "the tensor \"%s\" should be in %s, but is not"
                    .formatted(Excerpt.of(String.valueOf(name)), source.path()));
          }
          tensors.put(tensor.name(), tensor);
        });
    requireNoneTwice(index, shards);
    shards.values().forEach(shard -> shard.tensors().forEach(tensors::putIfAbsent));
    return new TensorSource(index, tensors, Map.of());
  }

  private static String shardName(Path index, String tensor, @Nullable Object shard) {
    if (shard instanceof String file && isPlainName(file)) {
      return file;
    }
    throw new CheckpointException(
        index,
        "the tensor \"%s\" is said to be in \"%s\"; only the name of a file in the same folder is accepted"
            .formatted(Excerpt.of(tensor), Excerpt.of(String.valueOf(shard))));
  }

  private static Path shard(Path index, String file) {
    try {
      return index.resolveSibling(file);
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          index, "this system has no files with names like \"%s\"".formatted(Excerpt.of(file)), e);
    }
  }

  private static boolean isPlainName(String file) {
    return !file.isBlank()
        && file.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ')
        && !file.equals(".")
        && !file.equals("..");
  }

  private static void requireNoneTwice(Path index, Map<String, TensorSource> shards) {
    Map<String, Path> seen = new HashMap<>();
    for (TensorSource shard : shards.values()) {
      for (String name : shard.tensors().keySet()) {
        Path other = seen.put(name, shard.path());
        if (other != null) {
          throw new CheckpointException(
              index,
              "the tensor \"%s\" is in two files: %s, %s"
                  .formatted(Excerpt.of(name), other, shard.path()));
        }
      }
    }
  }
}
