package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.checkpoint.PickleValue.Dictionary;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which of the dictionaries in a {@code .pt} file are the weights: a state dictionary is often
 * wrapped into another, beside what else the training wrote.
 */
public final class Unwrapping {

  /** Keys that only a wrapper around the transformer has. */
  private static final List<String> TRAINING_STATES = List.of("ema", "module");

  private final Optional<String> loadKey;
  private final List<String> wrappers;
  private final String prefix;

  private Unwrapping(Optional<String> loadKey, List<String> wrappers, String prefix) {
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
   *
   * @param loadKey {@code module}, or {@code ema} for averaged weights
   */
  public static Unwrapping transformer(String loadKey) {
    return new Unwrapping(Optional.of(loadKey), List.of("model", "state_dict"), "");
  }

  /**
   * As the official code loads a VAE: {@code state_dict} is unwrapped, and if any name begins with
   * {@code vae.}, those are taken without it and the others dropped.
   */
  public static Unwrapping vae() {
    return new Unwrapping(Optional.empty(), List.of("state_dict"), "vae.");
  }

  /** As converters load any model: {@code model}, {@code module}, {@code state_dict}. */
  public static Unwrapping generic() {
    return new Unwrapping(Optional.empty(), List.of("model", "module", "state_dict"), "");
  }

  /** What has to be loaded from a folder, if this is about transformers. */
  Optional<String> loadKey() {
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

  private static boolean isTrainingState(Dictionary dictionary) {
    return TRAINING_STATES.stream().anyMatch(dictionary.entries()::containsKey);
  }

  private static Dictionary underLoadKey(Path path, Dictionary outermost, String key) {
    PickleValue value = outermost.entries().get(key);
    if (value instanceof Dictionary dictionary) {
      return dictionary;
    }
    throw new CheckpointException(
        path,
        value == null
            ? "there is no key \"%s\"; choose the load key among %s"
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
