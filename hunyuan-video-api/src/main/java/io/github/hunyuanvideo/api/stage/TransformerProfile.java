package io.github.hunyuanvideo.api.stage;

import io.github.hunyuanvideo.api.Precision;

/**
 * What a pipeline must know of a transformer.
 *
 * @param latentChannels channels of the latents that it denoises; 16 for the published model
 * @param embeddedGuidance whether it takes the guidance scale as an input (a distilled model); it
 *     is an error then to give none
 * @param precision what its predictions were computed in; classifier-free guidance is combined in
 *     the same
 */
public record TransformerProfile(
    int latentChannels, boolean embeddedGuidance, Precision precision) {}
