package io.github.hunyuanvideo.api;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the videos of a request start from: noise that seeds stand for, or latents that are given.
 * Never both, since given latents leave nothing to draw.
 *
 * @param seeds as they were given; empty for random ones, and for latents
 * @param latents float32 {@code (N, C, T, h, w)}, or null for noise
 */
record StartingPoint(List<Long> seeds, @Nullable FloatTensor latents) {

  /** Noise from random seeds. */
  static final StartingPoint RANDOM = new StartingPoint(List.of(), null);

  static StartingPoint ofSeeds(long... seeds) {
    return new StartingPoint(Arrays.stream(seeds).boxed().toList(), null);
  }

  /**
   * Given latents.
   *
   * @throws IllegalArgumentException if there are not five axes
   */
  static StartingPoint ofLatents(FloatTensor latents) {
    if (latents.rank() != 5) {
      throw new IllegalArgumentException(
          "latents must have the shape (videos, channels, T, h, w), got " + latents);
    }
    return new StartingPoint(List.of(), latents);
  }

  /**
   * Refuses seeds or latents that cannot be spread over the videos.
   *
   * @param prompts how many there are; 1 for embeddings
   * @param videosPerPrompt how many videos each gives
   * @param made the size that is generated
   * @param frames of each video
   * @throws IllegalArgumentException if they do not fit; the message says what would
   */
  void requireFits(int prompts, int videosPerPrompt, VideoSize made, int frames) {
    int videos = Math.multiplyExact(prompts, videosPerPrompt);
    int given = seeds.size();
    if (given > 1 && given != prompts && given != videos) {
      throw new IllegalArgumentException(
          "%d prompts with %d videos each need 1 seed, %d or %d, got %d"
              .formatted(prompts, videosPerPrompt, prompts, videos, given));
    }
    if (latents != null) {
      requireShape(latents, videos, made, frames);
    }
  }

  private static void requireShape(FloatTensor latents, int videos, VideoSize made, int frames) {
    int[] shape = latents.shape();
    int[] wanted = {videos, shape[1], (frames - 1) / 4 + 1, made.height() / 8, made.width() / 8};
    if (!Arrays.equals(shape, wanted)) {
      throw new IllegalArgumentException(
          "%d video(s) of %s with %d frames need latents of the shape %s, got %s"
              .formatted(videos, made, frames, Arrays.toString(wanted), Arrays.toString(shape)));
    }
  }
}
