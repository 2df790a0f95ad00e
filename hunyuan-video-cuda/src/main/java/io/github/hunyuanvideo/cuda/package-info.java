/**
 * Computing on NVIDIA GPUs. With this module on the class path, {@code
 * device(ComputeDevice.cuda(0))} is accepted by a pipeline; it finds {@link
 * io.github.hunyuanvideo.cuda.CudaBackend} by itself. What a GPU takes beside it:
 *
 * <ul>
 *   <li>NVIDIA's driver, 525.60.13 or newer for CUDA 12, 580.65.06 or newer for CUDA 13.
 *   <li>PyTorch natives for CUDA. Set {@code PYTORCH_LIBRARY_PATH} to the folder of libtorch's
 *       libraries and {@code PYTORCH_FLAVOR} to the CUDA that they are for, for example {@code
 *       cu128}, each as an environment variable or a system property; or take DJL's jar {@code
 *       ai.djl.pytorch:pytorch-native-cu128}. DJL's bridge in {@code pytorch-jni} fits libtorch
 *       2.7.1 for CUDA 12.8; for another one, a {@code libdjl_torch.so} that was built against it
 *       must lie in the same folder, and {@code PYTORCH_VERSION} say which it is.
 * </ul>
 *
 * <p>What is missing of that is said before anything is loaded, by {@link
 * io.github.hunyuanvideo.cuda.CudaBackend#inspect()} in sentences and by a pipeline as the message
 * of its exception. Nothing ever falls back to the CPU.
 *
 * <p>float32 is float32 here: PyTorch multiplies matrices in TF32 only if it is told to ({@code
 * TORCH_ALLOW_TF32_CUBLAS_OVERRIDE=1}), and the models' convolutions forbid it.
 *
 * <p>The tests run everywhere; those that compute on a GPU say why they were skipped where there is
 * none. On a machine with a GPU, all of them, the comparison with the golden data included:
 *
 * <pre>{@code
 * PYTORCH_LIBRARY_PATH=/opt/libtorch/lib PYTORCH_FLAVOR=cu128 mvn verify -pl hunyuan-video-cuda -am \
 *     -Dtest='io.github.hunyuanvideo.cuda.*Test' -Dsurefire.failIfNoSpecifiedTests=false
 * }</pre>
 */
@NullMarked
package io.github.hunyuanvideo.cuda;

import org.jspecify.annotations.NullMarked;
