package io.github.hunyuanvideo.core.video;

import static io.github.hunyuanvideo.core.video.FfmpegException.check;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.IntPointer;

/**
 * Turns RGB into what players expect of H.264: yuv420p by BT.709 in limited range. One picture is
 * reused for all frames.
 */
final class FrameConverter {

  private static final int CHANNELS = 3;

  /** Swscale's fixed-point 1. */
  private static final int UNCHANGED = 1 << 16;

  /** H.264 puts a chroma sample at the left of its two columns and between its two rows. */
  private static final int LEFT = 0;

  private static final int BETWEEN_ROWS = 128;

  private final VideoSize size;
  private final SwsContext scaler;
  private final AVFrame rgb;
  private final AVFrame yuv;

  /**
   * Prepares a conversion.
   *
   * @param natives keeps what is allocated
   * @throws FfmpegException if that fails
   */
  FrameConverter(NativeResources natives, VideoSize size) throws FfmpegException {
    this.size = size;
    rgb = picture(natives, size, avutil.AV_PIX_FMT_RGB24);
    yuv = picture(natives, size, avutil.AV_PIX_FMT_YUV420P);
    yuv.colorspace(avutil.AVCOL_SPC_BT709);
    yuv.color_primaries(avutil.AVCOL_PRI_BT709);
    yuv.color_trc(avutil.AVCOL_TRC_BT709);
    yuv.color_range(avutil.AVCOL_RANGE_MPEG);
    yuv.chroma_location(avutil.AVCHROMA_LOC_LEFT);
    scaler = scaler(natives, size);
  }

  /**
   * Converts a frame.
   *
   * @param number its place in time, from 0
   * @return the converted picture; valid until the next call
   * @throws FfmpegException if that fails
   */
  AVFrame convert(Frame frame, long number) throws FfmpegException {
    check(avutil.av_frame_make_writable(rgb), "reusing a picture");
    check(avutil.av_frame_make_writable(yuv), "reusing a picture");
    int rowBytes = size.width() * CHANNELS;
    int stride = rgb.linesize(0);
    ByteBuffer from = frame.asBuffer();
    ByteBuffer to = rgb.data(0).capacity((long) stride * size.height()).asByteBuffer();
    for (int y = 0; y < size.height(); y++) {
      to.put(y * stride, from, y * rowBytes, rowBytes);
    }
    check(swscale.sws_scale_frame(scaler, yuv, rgb), "converting a frame to yuv420p");
    yuv.pts(number);
    return yuv;
  }

  private static AVFrame picture(NativeResources natives, VideoSize size, int format)
      throws FfmpegException {
    AVFrame picture = natives.own(avutil.av_frame_alloc(), avutil::av_frame_free);
    picture.format(format);
    picture.width(size.width());
    picture.height(size.height());
    check(avutil.av_frame_get_buffer(picture, 0), "allocating a picture");
    return picture;
  }

  private static SwsContext scaler(NativeResources natives, VideoSize size) throws FfmpegException {
    SwsContext scaler = natives.own(swscale.sws_alloc_context(), swscale::sws_freeContext);
    scaler.src_w(size.width()).src_h(size.height()).src_format(avutil.AV_PIX_FMT_RGB24);
    scaler.dst_w(size.width()).dst_h(size.height()).dst_format(avutil.AV_PIX_FMT_YUV420P);
    scaler.dst_h_chr_pos(LEFT).dst_v_chr_pos(BETWEEN_ROWS);
    // Both planes then differ from exact arithmetic by rounding only, 59 dB.
    scaler.flags(swscale.SWS_BICUBIC | swscale.SWS_ACCURATE_RND);
    check(swscale.sws_init_context(scaler, null, null), "starting the conversion to yuv420p");
    IntPointer bt709 = swscale.sws_getCoefficients(swscale.SWS_CS_ITU709);
    int fullRange = 1;
    int limitedRange = 0;
    check(
        swscale.sws_setColorspaceDetails(
            scaler, bt709, fullRange, bt709, limitedRange, 0, UNCHANGED, UNCHANGED),
        "choosing BT.709");
    return scaler;
  }
}
