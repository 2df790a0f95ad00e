package io.github.hunyuanvideo.examples.cli;

import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way of a flag's value to what may refuse it; the refusal then names the flag. */
final class FlagValue {

  private FlagValue() {}

  /**
   * Hands a value on.
   *
   * @param flag its name
   * @param value what it was given, or null if it was left out
   * @param setting takes the value, and may refuse it
   * @throws IllegalArgumentException if it is refused
   */
  static <T> void pass(String flag, @Nullable T value, Consumer<? super T> setting) {
    if (value != null) {
      Object unused =
          read(
              flag,
              value,
              given -> {
                setting.accept(given);
                return given;
              });
    }
  }

  /**
   * Makes something of a value.
   *
   * @param flag its name
   * @param value what it was given
   * @param meaning makes it, and may refuse the value
   * @throws IllegalArgumentException if it is refused
   */
  static <T, R> R read(String flag, T value, Function<? super T, R> meaning) {
    try {
      return meaning.apply(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }
}
