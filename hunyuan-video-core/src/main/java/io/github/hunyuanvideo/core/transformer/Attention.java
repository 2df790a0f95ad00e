package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * Joint attention of image and text tokens. Another implementation can choose another kernel, work
 * in chunks or share the work among devices; the blocks do not know.
 */
@FunctionalInterface
public interface Attention {

  /**
   * Attends.
   *
   * @param qkv stays with the caller
   * @param layout which tokens are where
   * @return {@code (1, heads, S + L, d)}; belongs to the caller
   */
  Tensor attend(Qkv qkv, TokenLayout layout);
}
