/**
 * The engine room: the only package that touches DJL's PyTorch bridge, and the one that keeps bf16
 * and fp8 tensors away from the calls of it that would end the JVM.
 *
 * <p>The mathematics lives in TorchScript source files among the resources; {@link
 * io.github.hunyuanvideo.core.torch.TorchEngine#program} binds each to a Java interface. {@link
 * io.github.hunyuanvideo.core.torch.Tensor} is what everything inside of the library computes with.
 */
@NullMarked
package io.github.hunyuanvideo.core.torch;

import org.jspecify.annotations.NullMarked;
