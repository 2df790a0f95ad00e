package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;

/**
 * The arithmetic of Llama: L tokens, D width, d width of a head. Results belong to the caller,
 * arguments stay with it.
 */
@ProgramSource("llama")
interface LlamaProgram {

  /** Cosines and sines of the positions, (L, d / 2) each. */
  record Rotation(Tensor cos, Tensor sin) implements AutoCloseable {
    @Override
    public void close() {
      cos.close();
      sin.close();
    }
  }

  /**
   * Rows of the embedding table (vocabulary, D) for ids (L), int64: (1, L, D) on a device, in a
   * type.
   */
  Tensor embed(Tensor ids, Tensor table, String device, int type);

  /** Turns for positions 0 to L, heads of width d. */
  Rotation rotation(long length, long width, double theta, String device, int type);

  /** A decoder layer, (1, L, D). */
  Tensor layer(
      Tensor x, TensorMap w, Tensor cos, Tensor sin, long heads, long kvHeads, double epsilon);

  /** The norm behind the last layer, (1, L, D). */
  Tensor norm(Tensor x, TensorMap w, double epsilon);
}
