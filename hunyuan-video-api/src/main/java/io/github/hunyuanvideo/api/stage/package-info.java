/**
 * The stages between a prompt and its frames, as interfaces that callers may implement themselves.
 * Their tensors are DJL's {@link ai.djl.ndarray.NDArray} in float32, whatever precision a stage
 * computes in.
 */
@NullMarked
package io.github.hunyuanvideo.api.stage;

import org.jspecify.annotations.NullMarked;
