package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the dictionaries in a {@code .pt} file are the weights: a state dictionary is often
 * wrapped into another, beside what else the training wrote.
 */
public final class Unwrapping {

  private final Optional<LoadKey> loadKey;
  private final List<String> wrappers;
  private final String prefix;

  private Unwrapping(Optional<LoadKey> loadKey, List<String> wrappers, String prefix) {
    this.loadKey = loadKey;
    this.wrappers = wrappers;
    this.prefix = prefix;
  }

  /** The outermost dictionary itself. */
  public static Unwrapping none() {
    return new Unwrapping(Optional.empty(), List.of(), "");
  }

  /**
   * As the official code loads a transformer: what lies under the load key if the outermost
   * dictionary has a key {@code ema} or {@code module}, otherwise the outermost dictionary; beyond
   * that, {@code model} and {@code state_dict} are unwrapped too.
   */
  public static Unwrapping transformer(LoadKey loadKey) {
    return new Unwrapping(Optional.of(loadKey), List.of("model", "state_dict"), "");
  }

  /**
   * As the official code loads a VAE: {@code state_dict} is unwrapped, and if any name begins with
   * {@code vae.}, those are taken without it and the others dropped.
   */
  public static Unwrapping vae() {
    return new Unwrapping(Optional.empty(), List.of("state_dict"), "vae.");
  }

  /** What has to be loaded from a folder, if this is about transformers. */
  Optional<LoadKey> loadKey() {
    return loadKey;
  }

  /**
   * The weights, and whatever else lies among them, by name.
   *
   * @param path the file, for messages
   * @param outermost what it holds
   * @throws CheckpointException if the load key is missing, or a name is no text
   */
  Map<String, PickleValue> apply(Path path, Dictionary outermost) {
    Dictionary dictionary = outermost;
    if (loadKey.isPresent() && isTrainingState(outermost)) {
      dictionary = underLoadKey(path, outermost, loadKey.get());
    } else {
      for (String wrapper : wrappers) {
        if (dictionary.entries().get(wrapper) instanceof Dictionary wrapped) {
          dictionary = wrapped;
        }
      }
    }
    if (dictionary.otherEntries() > 0) {
      throw new CheckpointException(
          path,
          "%d names among the weights are no texts; this is no state dictionary"
              .formatted(dictionary.otherEntries()));
    }
    return withoutPrefix(dictionary.entries());
  }

  /** Only a wrapper around the transformer has such keys. */
  private static boolean isTrainingState(Dictionary dictionary) {
    return Arrays.stream(LoadKey.values())
        .map(LoadKey::label)
        .anyMatch(dictionary.entries()::containsKey);
  }

  private static Dictionary underLoadKey(Path path, Dictionary outermost, LoadKey key) {
    PickleValue value = outermost.entries().get(key.label());
    if (value instanceof Dictionary dictionary) {
      return dictionary;
    }
    throw new CheckpointException(
        path,
        value == null
            ? "there is no key \"%s\", which is the load key; the file has the keys %s"
                .formatted(key, Excerpt.of(outermost.entries().keySet()))
            : "under the load key \"%s\" is no dictionary of weights, but %s"
                .formatted(key, value.describe()));
  }

  private Map<String, PickleValue> withoutPrefix(Map<String, PickleValue> entries) {
    if (prefix.isEmpty() || entries.keySet().stream().noneMatch(key -> key.startsWith(prefix))) {
      return entries;
    }
    Map<String, PickleValue> kept = new LinkedHashMap<>();
    entries.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            kept.put(key.substring(prefix.length()), value);
          }
        });
    return kept;
  }
}
