package io.github.hunyuanvideo.core.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * How one axis is cut into overlapping tiles. Lengths of the input are before the VAE's half that
 * runs, lengths of the output behind it.
 *
 * <p>Tiles and steps are counted in latents, and blended and kept lengths follow from them, so what
 * is kept of each tile ends where the next one begins. The official code truncates all four by
 * themselves; where that fits together, as for the published sizes, the numbers are the same.
 *
 * @param tile length of a tile in the input
 * @param step distance between tiles in the input
 * @param blend how many entries of the output fade from one tile into the next
 * @param keep how many entries of each tile's output are kept
 */
record TileSpan(int tile, int step, int blend, int keep) {

  /**
   * An axis of the decoder, from latents to pixels or frames.
   *
   * @param length length of a tile in pixels or frames, at least twice the ratio; what is more than
   *     whole latents is left out
   * @param ratio pixels or frames of a latent
   * @param overlap the share of a tile that overlaps the next, rounded up to whole latents
   */
  static TileSpan ofDecoder(int length, int ratio, double overlap) {
    int tile = length / ratio;
    int step = step(tile, overlap);
    return new TileSpan(tile, step, ratio * (tile - step), ratio * step);
  }

  /** The same axis of the encoder, from pixels or frames to latents. */
  static TileSpan ofEncoder(int length, int ratio, double overlap) {
    int tile = length / ratio;
    int step = step(tile, overlap);
    return new TileSpan(ratio * tile, ratio * step, tile - step, step);
  }

  /** The official arithmetic, but never a whole tile, which would leave nothing to blend. */
  private static int step(int tile, double overlap) {
    return Math.min((int) (tile * (1 - overlap)), tile - 1);
  }

  /** Where tiles begin. */
  List<Integer> starts(long length) {
    List<Integer> starts = new ArrayList<>();
    for (int start = 0; start < length; start += step) {
      starts.add(start);
    }
    return starts;
  }
}
