package io.github.hunyuanvideo.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The compressed form in which a video is generated, after the last denoising step and before the
 * VAE decodes it. Can be kept, saved and decoded later.
 *
 * @param values float32 {@code (1, C, T, h, w)}, multiplied by the VAE's scaling factor as the
 *     transformer sees it: C = 16 channels, T = (frames − 1) / 4 + 1, h and w an eighth of the
 *     frame's sides
 * @param request the request that led here, with everything filled in that was left open; null for
 *     latents from elsewhere
 * @param notices what was adjusted or could not be used whole, in sentences; see {@link
 *     Video#notices()}
 */
public record Latents(FloatTensor values, @Nullable VideoRequest request, List<String> notices) {

  /**
   * Checks the shape, and keeps a copy of the list.
   *
   * @throws IllegalArgumentException if the shape is not {@code (1, C, T, h, w)} with even h and w
   */
  public Latents {
    notices = List.copyOf(notices);
    if (values.rank() != 5
        || values.length(0) != 1
        || values.length(2) < 1
        || values.length(3) < 2
        || values.length(4) < 2
        || values.length(3) % 2 != 0
        || values.length(4) % 2 != 0) {
      throw new IllegalArgumentException(
          "latents must have the shape (1, channels, T, h, w) with even h and w, got " + values);
    }
  }

  /**
   * Latents from elsewhere.
   *
   * @param values float32 {@code (1, C, T, h, w)}
   * @return the latents
   * @throws IllegalArgumentException if the shape is not {@code (1, C, T, h, w)} with even h and w
   */
  public static Latents of(FloatTensor values) {
    return new Latents(values, null, List.of());
  }

  /**
   * How many frames these latents decode to.
   *
   * @return 4 (T − 1) + 1
   */
  public int frames() {
    return 4 * (values.length(2) - 1) + 1;
  }

  /**
   * The size of those frames.
   *
   * @return eight times the latents' sides
   */
  public VideoSize size() {
    return new VideoSize(8 * values.length(4), 8 * values.length(3));
  }
}
