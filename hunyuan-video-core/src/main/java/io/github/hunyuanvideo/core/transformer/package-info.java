/**
 * The diffusion transformer (arXiv:2412.03603, section 4; official code: {@code
 * hyvideo/modules/models.py}): double-stream blocks, in which image and text have weights of their
 * own, then single-stream blocks, in which they share them.
 *
 * <p>Java knows names, weights, order and lifetimes; the arithmetic is in the TorchScript resource
 * {@code transformer.py}.
 */
@NullMarked
package io.github.hunyuanvideo.core.transformer;

import org.jspecify.annotations.NullMarked;
