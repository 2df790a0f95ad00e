package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.api.stage.Transformer;
import io.github.hunyuanvideo.api.stage.Vae;

/**
 * The four stages of a pipeline, in the order in which they are opened.
 *
 * @param textEncoder gives a sequence
 * @param textEncoder2 gives a pooled embedding
 * @param transformer predicts
 * @param vae decodes
 */
record StageSlots(
    StageSlot<TextEncoder> textEncoder,
    StageSlot<TextEncoder> textEncoder2,
    StageSlot<Transformer> transformer,
    StageSlot<Vae> vae) {

  /** Closes what is open. */
  void release() {
    textEncoder.release();
    textEncoder2.release();
    transformer.release();
    vae.release();
  }
}
