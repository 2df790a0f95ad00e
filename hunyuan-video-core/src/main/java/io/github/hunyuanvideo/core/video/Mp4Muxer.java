package io.github.hunyuanvideo.core.video;

import static io.github.hunyuanvideo.core.video.FfmpegException.check;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** Packets become an MP4 file with its index in front, so that a browser can play while loading. */
final class Mp4Muxer {

  private final AVFormatContext context = new AVFormatContext(null);
  private final AVIOContext output = new AVIOContext(null);
  private final AVCodecContext encoder;
  private final AVStream stream;

  /**
   * Starts a file with one stream.
   *
   * @param natives keeps what is allocated
   * @param file on the default file system; is overwritten
   * @param encoder started already
   * @throws FfmpegException if that fails
   */
  Mp4Muxer(NativeResources natives, Path file, AVCodecContext encoder) throws FfmpegException {
    this.encoder = encoder;
    String name = file.toString();
    check(
        avformat.avformat_alloc_output_context2(context, null, "mp4", name),
        "starting an MP4 file");
    natives.own(context, avformat::avformat_free_context);
    check(avformat.avio_open(output, name, avformat.AVIO_FLAG_WRITE), "opening the file");
    natives.own(output, avformat::avio_closep);
    context.pb(output);
    stream = avformat.avformat_new_stream(context, null);
    if (stream == null) {
      throw new FfmpegException("FFmpeg could not allocate a stream");
    }
    check(
        avcodec.avcodec_parameters_from_context(stream.codecpar(), encoder),
        "describing the stream");
    stream.time_base(encoder.time_base());
    stream.avg_frame_rate(encoder.framerate());
    check(
        avutil.av_opt_set(context.priv_data(), "movflags", "+faststart", 0),
        "putting the index in front");
    check(
        avformat.avformat_write_header(context, (AVDictionary) null), "writing the file's header");
  }

  /**
   * Adds a packet.
   *
   * @param packet in the encoder's time base
   * @throws FfmpegException if it cannot be written
   */
  void write(AVPacket packet) throws FfmpegException {
    avcodec.av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
    packet.stream_index(stream.index());
    check(avformat.av_interleaved_write_frame(context, packet), "writing a frame");
  }

  /**
   * Writes the index and closes the file.
   *
   * @throws FfmpegException if that fails
   */
  void complete() throws FfmpegException {
    check(avformat.av_write_trailer(context), "writing the file's index");
    check(avformat.avio_closep(output), "closing the file");
  }
}
