/**
 * The causal 3D VAE (arXiv:2412.03603, section 3; official code: {@code hyvideo/vae/}): latents to
 * frames and back, four frames to one and 8 × 8 pixels to one, whole or in overlapping tiles.
 *
 * <p>Java knows names, weights, order, tiles and lifetimes; the arithmetic is in the TorchScript
 * resource {@code vae.py}.
 */
@NullMarked
package io.github.hunyuanvideo.core.vae;

import org.jspecify.annotations.NullMarked;
