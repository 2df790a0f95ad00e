/**
 * Where a checkpoint's files lie and what is in them: readers for safetensors and PyTorch's zip
 * archives, JSON configurations, and the official folder layout. Nothing of a tensor is read here;
 * a {@link io.github.hunyuanvideo.core.checkpoint.StoredTensor} says where its bytes are.
 */
@NullMarked
package io.github.hunyuanvideo.core.checkpoint;

import org.jspecify.annotations.NullMarked;
