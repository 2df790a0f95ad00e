package io.github.hunyuanvideo.core.video;

/**
 * Which FFmpeg writes the videos.
 *
 * @param version of FFmpeg, for example {@code 8.1.2}
 * @param h264Encoder what makes H.264 in it
 * @param license under which this FFmpeg was built
 */
public record FfmpegBuild(String version, String h264Encoder, String license) {

  /**
   * A line for people.
   *
   * @return for example {@code FFmpeg 8.1.2, H.264 by libopenh264}
   */
  @Override
  public String toString() {
    return "FFmpeg %s, H.264 by %s".formatted(version, h264Encoder);
  }
}
