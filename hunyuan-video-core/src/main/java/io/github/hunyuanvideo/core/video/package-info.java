/**
 * Frames become files: MP4 by FFmpeg with OpenH264, PNG by Java itself. {@link
 * io.github.hunyuanvideo.core.video.FfmpegVideoEncoder} is the door; behind it, a {@code
 * FileFrameWriter} keeps the contract that a file appears whole or not at all, and a {@code
 * FrameFile} for each format fills it.
 *
 * <p>Nothing here makes JavaCPP objects that own native memory: before it makes one, JavaCPP
 * compares the whole process with a multiple of the heap, and a process that holds a model may be
 * larger. What FFmpeg allocates is kept, and freed, by {@code NativeResources}.
 */
@NullMarked
package io.github.hunyuanvideo.core.video;

import org.jspecify.annotations.NullMarked;
