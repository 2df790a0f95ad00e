package io.github.hunyuanvideo.api.stage;

import io.github.hunyuanvideo.api.VideoSize;

/**
 * The size of a video's latents.
 *
 * @param channels 16 for the published model
 * @param frames latent frames: (frames − 1) / 4 + 1
 * @param height an eighth of the frames' height
 * @param width an eighth of the frames' width
 */
public record LatentShape(int channels, int frames, int height, int width) {

  /**
   * The latents of a video.
   *
   * @param channels the VAE's latent channels
   * @param size the frames' size, multiples of 16
   * @param frames 4n + 1
   * @return the shape
   */
  public static LatentShape of(int channels, VideoSize size, int frames) {
    return new LatentShape(channels, (frames - 1) / 4 + 1, size.height() / 8, size.width() / 8);
  }

  /**
   * The shape of one sample's latents.
   *
   * @return {@code (1, C, T, h, w)}
   */
  public long[] toArray() {
    return new long[] {1, channels, frames, height, width};
  }
}
