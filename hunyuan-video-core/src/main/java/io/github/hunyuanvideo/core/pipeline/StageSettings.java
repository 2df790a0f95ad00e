package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.api.VaeTiling;
import io.github.hunyuanvideo.core.text.LlamaOptions;
import java.util.OptionalDouble;

/**
 * How the stages of a checkpoint are opened.
 *
 * @param precisions what each computes in
 * @param offload how long weights stay in memory
 * @param llama what of the language model's states is used
 * @param ropeTheta the base of the transformer's rotary frequencies; empty for the checkpoint's
 * @param tiling how the VAE cuts videos into tiles
 * @param licence reminds of the terms of the weights
 */
record StageSettings(
    PrecisionChoice precisions,
    OffloadMode offload,
    LlamaOptions llama,
    OptionalDouble ropeTheta,
    VaeTiling tiling,
    TencentLicence licence) {}
