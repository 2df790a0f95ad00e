package io.github.hunyuanvideo.core.transformer;

/**
 * The one of the 128 frequencies of a sinusoidal embedding that the golden data have otherwise: its
 * true value lies near the middle of two float32 numbers, and the float32 exponential of PyTorch
 * 2.13, which made the data, gives the farther one. The difference of one bit grows with the number
 * that is embedded; at 6000, the guidance, it turns the angle by 1.8e-4.
 */
final class DoubtfulFrequency {

  /** Its column among the cosines; that among the sines lies {@link #COUNT} further. */
  static final int COLUMN = 12;

  static final int COUNT = 128;

  /** The true value, of the exponent as the official code rounds it. */
  static final double TRUE = Math.exp(-COLUMN * (float) Math.log(10_000) / COUNT);

  /** The nearest float32 number. */
  static final float NEAREST = (float) TRUE;

  /** What the golden data were made with. */
  static final float OFFICIAL = Math.nextUp(NEAREST);

  /** Without the doubtful frequency 1e-5 would hold for it, as for every other value. */
  static final float LARGE_VALUE = 6000;

  private DoubtfulFrequency() {}

  /** How much greater the official cosine of a value's angle is. */
  static double cosineError(float value) {
    return Math.cos(value * OFFICIAL) - Math.cos(value * NEAREST);
  }

  /** How much greater the official sine of a value's angle is. */
  static double sineError(float value) {
    return Math.sin(value * OFFICIAL) - Math.sin(value * NEAREST);
  }
}
