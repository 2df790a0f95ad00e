package io.github.hunyuanvideo.api;

import java.util.OptionalDouble;

/**
 * How strongly the prompt is followed: by computing each step twice (true classifier-free
 * guidance), by a scale that a distilled model takes as an input, or both.
 *
 * @param scale of true guidance, which is on above 1
 * @param rescale how much of the guided prediction is brought back to the spread of the unguided
 *     one, 0 to 1
 * @param embedded the scale that a distilled model takes; empty for none
 */
record Guidance(double scale, double rescale, OptionalDouble embedded) {

  /** The official program's defaults: a distilled model, computed once for each step. */
  static final Guidance OFFICIAL = new Guidance(1, 0, OptionalDouble.of(6));

  /** Far above any scale that gives pictures; a typing error is likelier. */
  private static final double LARGEST_SCALE = 1000;

  Guidance withScale(double newScale) {
    return new Guidance(
        requireBetween("guidanceScale", newScale, LARGEST_SCALE), rescale, embedded);
  }

  Guidance withRescale(double newRescale) {
    return new Guidance(scale, requireBetween("guidanceRescale", newRescale, 1), embedded);
  }

  Guidance withEmbedded(double newEmbedded) {
    return new Guidance(
        scale,
        rescale,
        OptionalDouble.of(requireBetween("embeddedGuidance", newEmbedded, LARGEST_SCALE)));
  }

  Guidance withoutEmbedded() {
    return new Guidance(scale, rescale, OptionalDouble.empty());
  }

  private static double requireBetween(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "%s must be between 0 and %s, got %s; nearest: %s"
              .formatted(
                  name,
                  most,
                  value,
                  Double.isNaN(value) ? 0.0 : Math.max(0.0, Math.min(value, most))));
    }
    return value;
  }
}
