package io.github.hunyuanvideo.api.stage;

/**
 * What a pipeline must know of a VAE. The compression is fixed: 4 in time, 8 in width and height.
 *
 * @param latentChannels channels of its latents; 16 for the published model
 * @param scalingFactor what its latents are multiplied by for the transformer; 0.476986 for the
 *     published model
 * @param shiftFactor what is subtracted from its latents before that; 0 for the published model
 */
public record VaeProfile(int latentChannels, double scalingFactor, double shiftFactor) {}
