package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.file.Path;

/** Writes a short scene to each of the files that are given, and says what went wrong. */
final class EncodeProgram {

  private EncodeProgram() {}

  public static void main(String[] files) {
    for (String file : files) {
      int length = file.endsWith(".png") ? 1 : 5;
      try {
        Scene.smooth(VideoSize.of(64, 48), length)
            .encode(FfmpegVideoEncoder.create(), Path.of(file));
      } catch (HunyuanVideoException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
