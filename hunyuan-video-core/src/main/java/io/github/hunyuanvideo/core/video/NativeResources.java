package io.github.hunyuanvideo.core.video;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * What FFmpeg allocated for one file. All of it is freed by {@link #close()}, the latest first, so
 * that a part which fails half-way through its construction leaves nothing behind.
 */
final class NativeResources implements AutoCloseable {

  private final Deque<Runnable> releases = new ArrayDeque<>();

  /**
   * Takes over what was just allocated.
   *
   * @param pointer what FFmpeg returned, null if it had no memory
   * @param release frees it
   * @return the pointer
   * @throws FfmpegException if it is null
   */
  <T extends Pointer> T own(@Nullable T pointer, Consumer<T> release) throws FfmpegException {
    if (pointer == null || pointer.isNull()) {
      throw new FfmpegException("FFmpeg could not allocate memory");
    }
    releases.push(() -> release.accept(pointer));
    return pointer;
  }

  /** Frees everything; a second call does nothing. */
  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}
