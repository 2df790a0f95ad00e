package io.github.hunyuanvideo.core.checkpoint;

import java.util.Arrays;
import java.util.Locale;

/** Which of the state dictionaries that training wrote of one transformer. */
public enum LoadKey {
  /** The weights as they were trained; the official program's default. */
  MODULE("module"),
  /** Their exponential moving average. */
  EMA("ema");

  private final String label;

  LoadKey(String label) {
    this.label = label;
  }

  /** The key in the file, and the name on the official program's command line. */
  public String label() {
    return label;
  }

  /**
   * Finds a load key by its {@link #label()}, in any case.
   *
   * @param label for example {@code ema}
   * @throws IllegalArgumentException if there is none of that name; the message lists them
   */
  public static LoadKey parse(String label) {
    return Arrays.stream(values())
        .filter(key -> key.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("the load key must be module or ema, got " + label));
  }

  @Override
  public String toString() {
    return label;
  }
}
