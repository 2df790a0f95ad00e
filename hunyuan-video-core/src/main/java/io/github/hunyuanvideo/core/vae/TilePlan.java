package io.github.hunyuanvideo.core.vae;

import io.github.hunyuanvideo.api.VaeTiling;
import org.jspecify.annotations.Nullable;

/**
 * The tiles of both halves of the VAE, or none.
 *
 * @param decodeSpace height and width of the decoder's tiles, null for whole pictures
 * @param decodeTime time of the decoder's tiles, null for whole videos
 * @param encodeSpace height and width of the encoder's tiles
 * @param encodeTime time of the encoder's tiles
 */
record TilePlan(
    @Nullable TileSpan decodeSpace,
    @Nullable TileSpan decodeTime,
    @Nullable TileSpan encodeSpace,
    @Nullable TileSpan encodeTime) {

  /** Pixels of a latent in height and width. */
  private static final int SPACE = 8;

  /** Frames of a latent. */
  private static final int TIME = 4;

  private static final double OFFICIAL_OVERLAP = 0.25;

  static TilePlan of(VaeTiling tiling, VaeConfig config) {
    return switch (tiling.kind()) {
      case OFF -> new TilePlan(null, null, null, null);
      case OFFICIAL -> of(config.tilePixels(), config.tileFrames(), OFFICIAL_OVERLAP);
      case CUSTOM -> of(tiling.pixels(), tiling.frames(), tiling.overlap());
    };
  }

  private static TilePlan of(int pixels, int frames, double overlap) {
    return new TilePlan(
        TileSpan.ofDecoder(pixels, SPACE, overlap),
        TileSpan.ofDecoder(frames, TIME, overlap),
        TileSpan.ofEncoder(pixels, SPACE, overlap),
        TileSpan.ofEncoder(frames, TIME, overlap));
  }
}
