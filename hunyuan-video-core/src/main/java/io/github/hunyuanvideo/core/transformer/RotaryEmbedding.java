package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.List;

/**
 * Positions of image tokens in time, height and width, as turns of pairs of numbers (RoPE,
 * arXiv:2104.09864; official code: {@code hyvideo/modules/posemb_layers.py}). Each axis has its
 * share of a head's width; neighbouring numbers are a pair.
 *
 * @param widths the shares of time, height and width
 * @param theta the base of the frequencies, 256 in the published model
 * @param thetaRescale stretches the base for longer sequences than in training; 1 leaves it
 * @param interpolation the distance of neighbouring positions; 1 leaves it
 */
public record RotaryEmbedding(
    List<Integer> widths, double theta, double thetaRescale, double interpolation) {

  /** Keeps a copy of the list. */
  public RotaryEmbedding {
    widths = List.copyOf(widths);
  }

  /** The positions that the published model was trained with. */
  public static RotaryEmbedding of(TransformerConfig config) {
    return new RotaryEmbedding(config.ropeWidths(), config.ropeTheta(), 1, 1);
  }

  /**
   * The turns of all tokens of a grid, columns fastest.
   *
   * @param grid latent frames, rows and columns of patches
   * @param device where the table shall lie
   * @return complex64 {@code (frames · rows · columns, head width / 2)}; belongs to the caller
   */
  public Tensor table(TorchEngine engine, long[] grid, ComputeDevice device) {
    return engine
        .program(TransformerProgram.class)
        .rotation(
            grid,
            widths.stream().mapToLong(Integer::longValue).toArray(),
            theta,
            thetaRescale,
            interpolation,
            device.toString());
  }
}
