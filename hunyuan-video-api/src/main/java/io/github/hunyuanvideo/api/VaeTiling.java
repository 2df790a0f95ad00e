package io.github.hunyuanvideo.api;

/**
 * Whether and how the VAE cuts a video into overlapping tiles, which bounds its memory. Tiles
 * change the result a little, since each is normalised on its own; the official program always
 * tiles, with the sizes of the checkpoint's configuration.
 *
 * <pre>{@code
 * VaeTiling.official();
 * VaeTiling.off();                 // whole videos at once: exact, and enormous beyond small sizes
 * VaeTiling.of(128, 32, 0.25);     // smaller tiles, less memory
 * }</pre>
 */
public final class VaeTiling {

  private static final VaeTiling OFFICIAL = new VaeTiling(Kind.OFFICIAL, 0, 0, 0);
  private static final VaeTiling OFF = new VaeTiling(Kind.OFF, 0, 0, 0);

  /** Where the sizes come from. */
  public enum Kind {
    /**
     * From the VAE's configuration: 256 pixels, 64 frames, a quarter of overlap for the published
     * model.
     */
    OFFICIAL,
    /** There are no tiles. */
    OFF,
    /** From the caller. */
    CUSTOM
  }

  private final Kind kind;
  private final int pixels;
  private final int frames;
  private final double overlap;

  private VaeTiling(Kind kind, int pixels, int frames, double overlap) {
    this.kind = kind;
    this.pixels = pixels;
    this.frames = frames;
    this.overlap = overlap;
  }

  /**
   * Tiles as the official program makes them; the default.
   *
   * @return the official tiling
   */
  public static VaeTiling official() {
    return OFFICIAL;
  }

  /**
   * No tiles.
   *
   * @return whole videos at once
   */
  public static VaeTiling off() {
    return OFF;
  }

  /**
   * Tiles of a chosen size. Neighbours overlap by whole latents, 8 pixels or 4 frames each, and
   * fade into one another over all of that; so every tiling covers every video exactly.
   *
   * @param pixels a tile's width and height in pixels, a multiple of 8, at least 16
   * @param frames a tile's length in frames, a multiple of 4, at least 8
   * @param overlap the share of a tile that overlaps the next, in each direction; more than 0 and
   *     at most 0.5. It is rounded up to whole latents: 0.3 of 128 pixels are 40 pixels
   * @return the tiling
   * @throws IllegalArgumentException if a value breaks its rule; the message names the nearest
   *     valid one
   */
  public static VaeTiling of(int pixels, int frames, double overlap) {
    if (pixels < 16 || pixels % 8 != 0) {
      throw new IllegalArgumentException(
          "a tile's side must be a multiple of 8 and at least 16 pixels, got %d; nearest: %d"
              .formatted(pixels, nearest(pixels, 8)));
    }
    if (frames < 8 || frames % 4 != 0) {
      throw new IllegalArgumentException(
          "a tile's length must be a multiple of 4 and at least 8 frames, got %d; nearest: %d"
              .formatted(frames, nearest(frames, 4)));
    }
    if (!(overlap > 0 && overlap <= 0.5)) {
      throw new IllegalArgumentException(
          "the overlap must be more than 0 and at most 0.5, got %s; usual: 0.25"
              .formatted(overlap));
    }
    return new VaeTiling(Kind.CUSTOM, pixels, frames, overlap);
  }

  /** The nearest length that is a multiple of a latent's, and at least two of them. */
  private static long nearest(int length, int latent) {
    int largest = Integer.MAX_VALUE / latent;
    return latent * Math.min(largest, Math.max(2, Math.round((double) length / latent)));
  }

  /**
   * Where the sizes come from.
   *
   * @return the kind
   */
  public Kind kind() {
    return kind;
  }

  /**
   * A tile's side.
   *
   * @return pixels; 0 unless the kind is {@link Kind#CUSTOM}
   */
  public int pixels() {
    return pixels;
  }

  /**
   * A tile's length.
   *
   * @return frames; 0 unless the kind is {@link Kind#CUSTOM}
   */
  public int frames() {
    return frames;
  }

  /**
   * The share of a tile that overlaps the next one.
   *
   * @return a share; 0 unless the kind is {@link Kind#CUSTOM}
   */
  public double overlap() {
    return overlap;
  }

  @Override
  public String toString() {
    return kind == Kind.CUSTOM
        ? "%d pixels, %d frames, overlap %s".formatted(pixels, frames, overlap)
        : kind.name().toLowerCase(java.util.Locale.ROOT);
  }
}
