package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;

/**
 * The arithmetic of the transformer. S is the number of image tokens, L that of text tokens, D the
 * width, d that of a head, M that of the MLP; the batch is always 1. Results belong to the caller,
 * arguments stay with it.
 */
@ProgramSource("transformer")
interface TransformerProgram {

  /** Two tensors that a double-stream block makes: for the image stream and for the text stream. */
  record Streams(Tensor image, Tensor text) implements AutoCloseable {
    @Override
    public void close() {
      image.close();
      text.close();
    }
  }

  /** Projected text (1, L, D) and the vector of its mean (1, D). */
  record ProjectedText(Tensor tokens, Tensor vector) {}

  /** Queries, keys and values (1, heads, S + L, d), and the MLP's input (1, S + L, M). */
  record SingleBlockParts(Tensor q, Tensor k, Tensor v, Tensor mlp) {}

  /** Turns of the tokens of a grid (frames, rows, columns): complex (S, d / 2). */
  Tensor rotation(
      long[] grid,
      long[] widths,
      double theta,
      double rescale,
      double interpolation,
      String device);

  /** Image tokens (1, S, heads, d), turned; neighbouring numbers are a pair. */
  Tensor rotate(Tensor x, Tensor rotation);

  /** What the model is given for an embedded guidance scale: (1), in the model's type. */
  Tensor guidanceValue(double scale, int type, String device);

  /** Numbers (B) to cosines and sines (B, width), float32. */
  Tensor sinusoid(Tensor value, long width);

  /** A time or a guidance value (1) to (1, D). */
  Tensor embedValue(Tensor value, TensorMap w, String name);

  /** CLIP's pooled embedding (1, P), in the model's type, to (1, D). */
  Tensor embedPooled(Tensor pooled, TensorMap w);

  /** The sum. */
  Tensor add(Tensor x, Tensor y);

  /** The text encoder's states (1, L, C), float32. */
  ProjectedText projectText(Tensor text, TensorMap w);

  /** A block of the token refiner: x (1, L, D), vec (1, D). */
  Tensor refineText(Tensor x, Tensor vec, TensorMap w, long heads);

  /** Latents (1, C, T, H, W) to tokens (1, S, D). */
  Tensor embedPatches(Tensor latents, TensorMap w);

  /** Image tokens (1, S, D) to a prediction (1, C, T, H, W), float32; grid is (T, H / 2, W / 2). */
  Tensor finalLayer(Tensor tokens, Tensor vec, TensorMap w, long[] grid);

  /** Image tokens, then text tokens: (1, S + L, D). */
  Tensor join(Tensor image, Tensor text);

  /** A view of the first tokens. */
  Tensor imageTokens(Tensor tokens, long count);

  /** Softmax attention of all tokens to all tokens, (1, heads, S + L, d). */
  Tensor attend(Tensor q, Tensor k, Tensor v);

  /** Shift, scale and gate of attention, then of the MLP, (6 D) for each stream. */
  Streams doubleBlockModulation(Tensor vec, TensorMap w);

  /** Queries, keys and values of both streams together. */
  Qkv doubleBlockQkv(
      Tensor image,
      Tensor text,
      Tensor imageMod,
      Tensor textMod,
      TensorMap w,
      Tensor rotation,
      long heads);

  /** Both streams after attention. */
  Streams doubleBlockOut(
      Tensor image, Tensor text, Tensor attended, Tensor imageMod, Tensor textMod, TensorMap w);

  /** A whole double-stream block. */
  Streams doubleBlock(
      Tensor image, Tensor text, Tensor vec, TensorMap w, Tensor rotation, long heads);

  /** Shift, scale and gate, (3 D). */
  Tensor singleBlockModulation(Tensor vec, TensorMap w);

  /** What a single-stream block computes before attention. */
  SingleBlockParts singleBlockQkv(
      Tensor tokens, Tensor mod, TensorMap w, Tensor rotation, long heads);

  /** The tokens after attention and MLP. */
  Tensor singleBlockOut(Tensor tokens, Tensor attended, Tensor mlp, Tensor mod, TensorMap w);

  /** A whole single-stream block. */
  Tensor singleBlock(Tensor tokens, Tensor vec, TensorMap w, Tensor rotation, long heads);
}
