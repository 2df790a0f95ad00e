package io.github.hunyuanvideo.core.video;

import static io.github.hunyuanvideo.core.video.FfmpegException.check;

import io.github.hunyuanvideo.api.VideoSize;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Pictures become packets of H.264, by OpenH264 with a constant quantiser. */
final class H264Encoder {

  private static final int SECONDS_BETWEEN_KEY_FRAMES = 2;

  /** What heavy grain takes at the default quantiser, measured at 1280 × 720. */
  private static final double BITS_PER_PIXEL = 1.5;

  /** The most that H.264's levels 5.1 and 5.2 allow; OpenH264 knows none above them. */
  private static final long HIGHEST_BIT_RATE = 240_000_000;

  private final AVCodecContext context;
  private final AVPacket packet;

  /** Takes packets. */
  @FunctionalInterface
  interface PacketSink {

    /**
     * Takes one.
     *
     * @param packet valid during the call
     * @throws FfmpegException if it cannot be written
     */
    void take(AVPacket packet) throws FfmpegException;
  }

  /**
   * Starts an encoder.
   *
   * @param natives keeps what is allocated
   * @param quantizer 12 to 51
   * @throws FfmpegException if that fails
   */
  H264Encoder(
      NativeResources natives, AVCodec codec, VideoSize size, int framesPerSecond, int quantizer)
      throws FfmpegException {
    packet = natives.own(avcodec.av_packet_alloc(), avcodec::av_packet_free);
    context = natives.own(avcodec.avcodec_alloc_context3(codec), avcodec::avcodec_free_context);
    describePicture(size, framesPerSecond);
    context.gop_size(SECONDS_BETWEEN_KEY_FRAMES * framesPerSecond);
    context.slices(1);
    context.thread_count(1);
    holdQuantizer(quantizer);
    // The quantiser alone decides what is spent; from the rate, OpenH264 only picks the level.
    context.bit_rate(
        Math.min(
            (long) (BITS_PER_PIXEL * size.width() * size.height() * framesPerSecond),
            HIGHEST_BIT_RATE));
    // MP4 keeps the parameter sets once, in its header.
    context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    check(
        avcodec.avcodec_open2(context, codec, (AVDictionary) null),
        "starting the H.264 encoder for " + size);
  }

  /** What the container has to know of the stream. */
  AVCodecContext context() {
    return context;
  }

  /**
   * Encodes a picture.
   *
   * @param picture the next one, or null after the last
   * @param sink takes the packets that are ready
   * @return how many packets there were
   * @throws FfmpegException if encoding fails
   */
  int encode(@Nullable AVFrame picture, PacketSink sink) throws FfmpegException {
    check(avcodec.avcodec_send_frame(context, picture), "encoding a frame");
    int packets = 0;
    while (true) {
      int result = avcodec.avcodec_receive_packet(context, packet);
      if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF) {
        return packets;
      }
      check(result, "encoding a frame");
      packet.duration(1);
      sink.take(packet);
      packets++;
    }
  }

  private void describePicture(VideoSize size, int framesPerSecond) {
    context.width(size.width()).height(size.height()).pix_fmt(avutil.AV_PIX_FMT_YUV420P);
    context.time_base().num(1).den(framesPerSecond);
    context.framerate().num(framesPerSecond).den(1);
    context.sample_aspect_ratio().num(1).den(1);
    context.colorspace(avutil.AVCOL_SPC_BT709);
    context.color_primaries(avutil.AVCOL_PRI_BT709);
    context.color_trc(avutil.AVCOL_TRC_BT709);
    context.color_range(avutil.AVCOL_RANGE_MPEG);
    context.chroma_sample_location(avutil.AVCHROMA_LOC_LEFT);
  }

  /**
   * OpenH264's own default is a rate of 2 Mbit/s at any size; its constant mode is fixed to 26. A
   * range of one value holds the quality mode where it is wanted.
   */
  private void holdQuantizer(int quantizer) throws FfmpegException {
    context.qmin(quantizer).qmax(quantizer);
    option("rc_mode", "quality");
    // High profile: a fifth smaller than Baseline, and every browser plays it.
    option("coder", "cabac");
  }

  private void option(String name, String value) throws FfmpegException {
    check(
        avutil.av_opt_set(context.priv_data(), name, value, 0),
        "setting the encoder's option " + name);
  }
}
