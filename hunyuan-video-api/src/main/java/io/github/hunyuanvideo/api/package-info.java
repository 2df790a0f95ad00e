/**
 * What callers of the library meet: requests, results, listeners, the replaceable encoder of video
 * files and the exceptions. No type in this package belongs to an engine.
 *
 * <pre>{@code
 * try (VideoGenerator generator = HunyuanVideoPipeline.open(Path.of("ckpts"))) {
 *   generator.generate("A cat walks on the grass, realistic style.").save(Path.of("cat.mp4"));
 * }
 * }</pre>
 */
@NullMarked
package io.github.hunyuanvideo.api;

import org.jspecify.annotations.NullMarked;
