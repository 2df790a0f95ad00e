package io.github.hunyuanvideo.core.testing;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;

/**
 * A pipeline on the tiny checkpoints of the golden data, and a request that takes it a fraction of
 * a second.
 */
public final class TinyPipeline {

  private TinyPipeline() {}

  public static HunyuanVideoPipeline.Builder builder() {
    return HunyuanVideoPipeline.builder()
        .checkpoints(Golden.path("tiny-ckpts"))
        .precision(Precision.FP32);
  }

  public static HunyuanVideoPipeline open() {
    return builder().build();
  }

  public static VideoRequest.Builder request() {
    return VideoRequest.builder()
        .prompt("A cat walks on the grass, realistic style.")
        .size(48, 32)
        .frames(5)
        .steps(2)
        .seed(42);
  }
}
