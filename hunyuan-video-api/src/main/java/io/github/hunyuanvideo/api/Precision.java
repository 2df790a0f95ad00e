package io.github.hunyuanvideo.api;

import java.util.Arrays;
import java.util.Locale;

/**
 * The number format that a stage computes in. What passes between stages is float32 in any case.
 */
public enum Precision {
  /** IEEE 754 single precision, 4 bytes. */
  FP32("fp32", 4),
  /** IEEE 754 half precision, 2 bytes; slow on most CPUs. */
  FP16("fp16", 2),
  /** The upper half of a float32, 2 bytes. */
  BF16("bf16", 2);

  private final String label;
  private final int bytes;

  Precision(String label, int bytes) {
    this.label = label;
    this.bytes = bytes;
  }

  /**
   * The name that the official program uses on its command line.
   *
   * @return {@code fp32}, {@code fp16} or {@code bf16}
   */
  public String label() {
    return label;
  }

  /**
   * The size of one number.
   *
   * @return 2 or 4
   */
  public int bytes() {
    return bytes;
  }

  /**
   * Finds a precision by its {@link #label()}, in any case.
   *
   * @param label for example {@code bf16}
   * @return the precision
   * @throws IllegalArgumentException if there is none of that name; the message lists them
   */
  public static Precision parse(String label) {
    return Arrays.stream(values())
        .filter(p -> p.label.equals(label.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("precision must be fp32, fp16 or bf16, got " + label));
  }

  @Override
  public String toString() {
    return label;
  }
}
