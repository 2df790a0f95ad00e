package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/** What a player finds in a file: the stream's description, and pictures one after the other. */
public final class DecodedVideo {

  /** One plane each; the last two have half the width and height. */
  static final class Picture {

    final long timestamp;
    final byte[][] planes;

    private Picture(long timestamp, byte[][] planes) {
      this.timestamp = timestamp;
      this.planes = planes;
    }

    int value(int plane, int index) {
      return planes[plane][index] & 0xff;
    }
  }

  /** Takes pictures. */
  interface PictureSink {
    void take(int index, Picture picture);
  }

  public String codec = "";
  String profile = "";
  int level;
  public VideoSize size = new VideoSize(1, 1);
  public String pixelFormat = "";
  String range = "";
  String matrix = "";
  String primaries = "";
  String transfer = "";
  public String frameRate = "";
  String averageFrameRate = "";
  long announcedFrames;
  double seconds;
  public final List<Long> timestamps = new ArrayList<>();

  public static DecodedVideo read(Path file) {
    return read(file, (index, picture) -> {});
  }

  static DecodedVideo read(Path file, PictureSink sink) {
    DecodedVideo video = new DecodedVideo();
    AVFormatContext context = new AVFormatContext(null);
    done(
        avformat.avformat_open_input(
            context, file.toString(), (AVInputFormat) null, (AVDictionary) null));
    done(avformat.avformat_find_stream_info(context, (AVDictionary) null));
    assertThat(context.nb_streams()).isEqualTo(1);
    video.describe(context.streams(0));
    video.seconds = context.duration() / 1e6;
    video.decode(context, sink);
    avformat.avformat_close_input(context);
    return video;
  }

  /** The luma's peak signal-to-noise ratio against what BT.709 makes of the frames, in dB. */
  public static double lumaQuality(Path file, IntFunction<Frame> frames) {
    double[] squares = {0, 0};
    DecodedVideo.read(
        file,
        (index, picture) -> {
          ByteBuffer rgb = frames.apply(index).asBuffer();
          for (int i = 0; i < rgb.capacity() / 3; i++) {
            double error = picture.value(0, i) - Bt709.luma(rgb, 3 * i);
            squares[0] += error * error;
          }
          squares[1] += rgb.capacity() / 3.0;
        });
    return 10 * Math.log10(255 * 255 * squares[1] / squares[0]);
  }

  private void describe(AVStream stream) {
    AVCodecParameters parameters = stream.codecpar();
    codec = avcodec.avcodec_get_name(parameters.codec_id()).getString();
    profile = avcodec.avcodec_profile_name(parameters.codec_id(), parameters.profile()).getString();
    level = parameters.level();
    size = new VideoSize(parameters.width(), parameters.height());
    pixelFormat = avutil.av_get_pix_fmt_name(parameters.format()).getString();
    range = avutil.av_color_range_name(parameters.color_range()).getString();
    matrix = avutil.av_color_space_name(parameters.color_space()).getString();
    primaries = avutil.av_color_primaries_name(parameters.color_primaries()).getString();
    transfer = avutil.av_color_transfer_name(parameters.color_trc()).getString();
    frameRate = text(stream.r_frame_rate());
    averageFrameRate = text(stream.avg_frame_rate());
    announcedFrames = stream.nb_frames();
  }

  private void decode(AVFormatContext context, PictureSink sink) {
    AVStream stream = context.streams(0);
    AVCodecContext decoder =
        avcodec.avcodec_alloc_context3(avcodec.avcodec_find_decoder(stream.codecpar().codec_id()));
    done(avcodec.avcodec_parameters_to_context(decoder, stream.codecpar()));
    decoder.thread_count(1);
    done(avcodec.avcodec_open2(decoder, null, (AVDictionary) null));
    AVPacket packet = avcodec.av_packet_alloc();
    AVFrame frame = avutil.av_frame_alloc();
    while (avformat.av_read_frame(context, packet) >= 0) {
      done(avcodec.avcodec_send_packet(decoder, packet));
      avcodec.av_packet_unref(packet);
      takeAll(decoder, frame, sink);
    }
    done(avcodec.avcodec_send_packet(decoder, null));
    takeAll(decoder, frame, sink);
    avutil.av_frame_free(frame);
    avcodec.av_packet_free(packet);
    avcodec.avcodec_free_context(decoder);
  }

  private void takeAll(AVCodecContext decoder, AVFrame frame, PictureSink sink) {
    while (avcodec.avcodec_receive_frame(decoder, frame) >= 0) {
      byte[][] planes = new byte[3][];
      for (int plane = 0; plane < 3; plane++) {
        int step = plane == 0 ? 1 : 2;
        planes[plane] = plane(frame, plane, frame.width() / step, frame.height() / step);
      }
      sink.take(timestamps.size(), new Picture(frame.pts(), planes));
      timestamps.add(frame.pts());
    }
  }

  private static byte[] plane(AVFrame frame, int plane, int width, int height) {
    int stride = frame.linesize(plane);
    ByteBuffer rows = frame.data(plane).capacity((long) stride * height).asByteBuffer();
    byte[] values = new byte[width * height];
    for (int y = 0; y < height; y++) {
      rows.get(y * stride, values, y * width, width);
    }
    return values;
  }

  private static String text(AVRational rational) {
    return rational.num() + "/" + rational.den();
  }

  private static void done(int result) {
    assertThat(result).as("result of a call of FFmpeg").isNotNegative();
  }
}
