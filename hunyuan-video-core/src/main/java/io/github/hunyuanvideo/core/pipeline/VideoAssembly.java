package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameSink;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoEncoder;

/** A sink that keeps all frames for a {@link Video}. */
final class VideoAssembly implements FrameSink {

  private final Video.Builder video;

  VideoAssembly(VideoEncoder encoder) {
    this.video = Video.builder(encoder);
  }

  @Override
  public void begin(Description description) {
    video.framesPerSecond(description.framesPerSecond());
  }

  @Override
  public void frame(Frame frame) {
    video.frame(frame);
  }

  @Override
  public void end() {}

  /** The video so far, to be completed. */
  Video.Builder video() {
    return video;
  }
}
