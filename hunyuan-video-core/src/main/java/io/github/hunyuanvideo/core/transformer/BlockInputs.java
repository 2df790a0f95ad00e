package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * What every block of one step is given beside its tokens. The tensors stay with the step.
 *
 * @param vector the conditioning vector (1, D): time, pooled text and guidance
 * @param rotation turns of the image tokens, complex (S, d / 2)
 * @param layout which tokens are where
 * @param cancellation throws if the generation was cancelled; called before each block
 */
record BlockInputs(Tensor vector, Tensor rotation, TokenLayout layout, Runnable cancellation) {}
