package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model's {@code config.json}. Each value is checked when it is asked for, so that a
 * configuration cannot make the library allocate more than any real model would need.
 */
public final class ConfigFile {

  private final Path path;
  private final String prefix;
  private final Map<String, @Nullable Object> values;

  private ConfigFile(Path path, String prefix, Map<String, @Nullable Object> values) {
    this.path = path;
    this.prefix = prefix;
    this.values = values;
  }

  /**
   * Reads a configuration.
   *
   * @param path the file
   * @param remedy how to get it if it is missing, as a sentence
   * @throws CheckpointException if it is missing or no JSON object
   */
  public static ConfigFile read(Path path, String remedy) {
    return new ConfigFile(path, "", StrictJson.readObject(TensorFile.of(path, remedy)));
  }

  /** A configuration in which every key is left out. */
  public static ConfigFile empty(Path path) {
    return new ConfigFile(path, "", Map.of());
  }

  /** Where it lies. */
  public Path path() {
    return path;
  }

  /** Whether a key is there and not null. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /** An object inside of this one; empty if it is left out. */
  public Optional<ConfigFile> section(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> object) {
      @SuppressWarnings("unchecked") // StrictJson makes no other maps
      Map<String, @Nullable Object> section = (Map<String, @Nullable Object>) object;
      return Optional.of(new ConfigFile(path, prefix + key + ".", section));
    }
    throw wrong(key, "an object", value);
  }

  /**
   * A whole number.
   *
   * @param key its name
   * @param least the smallest that makes sense
   * @param most the largest that any model would have
   * @param fallback what holds if it is left out
   * @throws CheckpointException if it is no whole number in that range
   */
  public int integer(String key, int least, int most, int fallback) {
    Object value = values.get(key);
    return value == null ? fallback : checkedInteger(key, value, least, most);
  }

  /**
   * Whole numbers.
   *
   * @param key its name
   * @param least the smallest that makes sense
   * @param most the largest that any model would have
   * @param fallback what holds if it is left out
   * @throws CheckpointException if it is no list of at most 64 whole numbers in that range
   */
  public List<Integer> integers(String key, int least, int most, List<Integer> fallback) {
    Object value = values.get(key);
    if (value == null) {
      return fallback;
    }
    if (!(value instanceof List<?> list) || list.size() > 64 || list.isEmpty()) {
      throw wrong(key, "a list of 1 to 64 whole numbers", value);
    }
    List<Integer> integers = new ArrayList<>();
    for (Object entry : list) {
      integers.add(checkedInteger(key, entry, least, most));
    }
    return List.copyOf(integers);
  }

  /**
   * A number.
   *
   * @param key its name
   * @param least the smallest that makes sense
   * @param most the largest that makes sense
   * @param fallback what holds if it is left out
   * @throws CheckpointException if it is no number in that range
   */
  public double number(String key, double least, double most, double fallback) {
    Object value = values.get(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof BigDecimal number
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.doubleValue();
    }
    throw wrong(key, "a number from %s to %s".formatted(least, most), value);
  }

  /**
   * A text.
   *
   * @throws CheckpointException if it is something else
   */
  public String text(String key, String fallback) {
    Object value = values.get(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof String text) {
      return text;
    }
    throw wrong(key, "a text", value);
  }

  /**
   * Texts.
   *
   * @throws CheckpointException if it is no list of texts
   */
  public List<String> texts(String key) {
    Object value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
      return list.stream().map(String.class::cast).toList();
    }
    throw wrong(key, "a list of texts", value);
  }

  /**
   * Yes or no.
   *
   * @throws CheckpointException if it is something else
   */
  public boolean flag(String key, boolean fallback) {
    Object value = values.get(key);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw wrong(key, "true or false", value);
  }

  /** A complaint about a key, to be thrown. */
  public CheckpointException refusal(String key, String rule) {
    return wrong(key, rule, values.get(key));
  }

  private int checkedInteger(String key, @Nullable Object value, int least, int most) {
    if (value instanceof BigDecimal number
        && number.scale() > -10
        && number.scale() < 10
        && number.stripTrailingZeros().scale() <= 0
        && number.compareTo(BigDecimal.valueOf(least)) >= 0
        && number.compareTo(BigDecimal.valueOf(most)) <= 0) {
      return number.intValueExact();
    }
    throw wrong(key, "a whole number from %d to %d".formatted(least, most), value);
  }

  private CheckpointException wrong(String key, String rule, @Nullable Object value) {
    return new CheckpointException(
        path,
        "\"%s%s\" must be %s, found %s"
            .formatted(prefix, key, rule, Excerpt.of(String.valueOf(value))));
  }
}
