package io.github.hunyuanvideo.core.text;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;

/**
 * The arithmetic of CLIP's text encoder: L tokens, D width. Results belong to the caller, arguments
 * stay with it.
 */
@ProgramSource("clip")
interface ClipProgram {

  /** Token plus position embedding for ids (L), int64: (1, L, D) on a device, in a type. */
  Tensor embed(Tensor ids, Tensor tokens, Tensor positions, String device, int type);

  /** A layer, (1, L, D). */
  Tensor layer(Tensor x, TensorMap w, long heads, double epsilon, String activation);

  /** The normalised state of one token, (1, D), float32. */
  Tensor pooled(Tensor x, long index, TensorMap w, double epsilon);
}
