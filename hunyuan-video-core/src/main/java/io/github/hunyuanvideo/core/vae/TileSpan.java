package io.github.hunyuanvideo.core.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * How one axis is cut into overlapping tiles. Lengths of the input are before the VAE's half that
 * runs, lengths of the output behind it.
 *
 * @param tile length of a tile in the input
 * @param step distance between tiles in the input
 * @param blend how many entries of the output fade from one tile into the next
 * @param keep how many entries of each tile's output are kept
 */
record TileSpan(int tile, int step, int blend, int keep) {

  /**
   * The official arithmetic, which truncates.
   *
   * @param in length of a tile in the input
   * @param out length of a tile in the output
   * @param overlap the share of a tile that overlaps the next
   */
  static TileSpan of(int in, int out, double overlap) {
    int blend = (int) (out * overlap);
    return new TileSpan(in, (int) (in * (1 - overlap)), blend, out - blend);
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
