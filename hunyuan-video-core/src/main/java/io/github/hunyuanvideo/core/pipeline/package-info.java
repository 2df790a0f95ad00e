/**
 * The way of a request through the stages: the pipeline and its builder, the denoising loop, the
 * opening and closing of stages, the queue, cancelling.
 *
 * <pre>{@code
 * try (HunyuanVideoPipeline pipeline = HunyuanVideoPipeline.open(Path.of("ckpts"))) {
 *   pipeline.generate("A cat walks on the grass, realistic style.").save(Path.of("cat.mp4"));
 * }
 * }</pre>
 */
@NullMarked
package io.github.hunyuanvideo.core.pipeline;

import org.jspecify.annotations.NullMarked;
