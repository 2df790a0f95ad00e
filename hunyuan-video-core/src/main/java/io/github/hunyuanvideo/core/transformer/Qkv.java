package io.github.hunyuanvideo.core.transformer;

import io.github.hunyuanvideo.core.torch.Tensor;

/**
 * What attention works on; each {@code (1, heads, S + L, d)}, image tokens first.
 *
 * @param q queries
 * @param k keys
 * @param v values
 */
public record Qkv(Tensor q, Tensor k, Tensor v) implements AutoCloseable {

  @Override
  public void close() {
    q.close();
    k.close();
    v.close();
  }
}
