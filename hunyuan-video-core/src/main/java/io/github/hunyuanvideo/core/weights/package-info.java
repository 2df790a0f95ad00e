/**
 * From a checkpoint's bytes to the tensors that one block computes with: what a model expects of a
 * checkpoint, and leases on its blocks. A block does not know whether its weights are mapped,
 * converted or streamed.
 */
@NullMarked
package io.github.hunyuanvideo.core.weights;

import org.jspecify.annotations.NullMarked;
