package io.github.hunyuanvideo.core.vae;

import io.github.hunyuanvideo.core.torch.ProgramSource;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;

/**
 * The arithmetic of the VAE; tensors are (1, C, T, H, W). Results belong to the caller, arguments
 * stay with it.
 */
@ProgramSource("vae")
interface VaeProgram {

  /** A causal convolution with a stride in time, height and width. */
  Tensor convolution(Tensor x, TensorMap w, long[] stride);

  /** A convolution with a kernel of one. */
  Tensor pointwise(Tensor x, TensorMap w);

  /** Two norms, activations and convolutions beside a shortcut. */
  Tensor residualBlock(Tensor x, TensorMap w, long groups);

  /** Attention of each pixel to all pixels of its own and earlier frames. */
  Tensor attention(Tensor x, TensorMap w, long groups);

  /** Doubles the picture, and makes {@code frames} of every frame but the first. */
  Tensor upsample(Tensor x, TensorMap w, long frames);

  /** Group norm and SiLU. */
  Tensor normAndActivation(Tensor x, TensorMap w, long groups);

  /** The mean of a distribution over latents, from its moments (1, 2 C, T, H, W). */
  Tensor mean(Tensor moments);

  /** The logarithm of its variance. */
  Tensor logVariance(Tensor moments);

  /** A draw from it, with normal noise of its shape. */
  Tensor sample(Tensor moments, Tensor noise);

  /** A tile whose first entries on an axis fade in from the last ones of the tile before it. */
  Tensor blend(Tensor before, Tensor tile, int axis, long extent);
}
