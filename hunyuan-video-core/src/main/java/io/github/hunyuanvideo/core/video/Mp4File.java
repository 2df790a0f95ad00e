package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;

/** An MP4 file with H.264: RGB to yuv420p, to packets, to the container. */
final class Mp4File implements FrameFile {

  private final NativeResources natives = new NativeResources();
  private final FrameConverter converter;
  private final H264Encoder encoder;
  private final Mp4Muxer muxer;
  private long frames;
  private long packets;

  /**
   * Starts a file.
   *
   * @throws FfmpegException if that fails; nothing is held then
   */
  Mp4File(Path part, AVCodec codec, VideoSize size, int framesPerSecond, int quantizer)
      throws FfmpegException {
    boolean opened = false;
    try {
      converter = new FrameConverter(natives, size);
      encoder = new H264Encoder(natives, codec, size, framesPerSecond, quantizer);
      muxer = new Mp4Muxer(natives, part, encoder.context());
      opened = true;
    } finally {
      if (!opened) {
        natives.close();
      }
    }
  }

  @Override
  public void add(Frame frame) throws FfmpegException {
    packets += encoder.encode(converter.convert(frame, frames), muxer::write);
    frames++;
  }

  @Override
  public void complete() throws FfmpegException {
    packets += encoder.encode(null, muxer::write);
    if (packets != frames) {
      throw new FfmpegException(
          "the encoder gave %d packets for %d frames".formatted(packets, frames));
    }
    muxer.complete();
  }

  @Override
  public void close() {
    natives.close();
  }
}
