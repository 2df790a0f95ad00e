package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoEncodingException;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * The built-in encoder: MP4 with H.264 by FFmpeg and OpenH264, which browsers play, and PNG for one
 * frame by Java itself. Immutable, and usable by several threads at once; each writer belongs to
 * one.
 *
 * <pre>{@code
 * VideoEncoder encoder = FfmpegVideoEncoder.create();
 * VideoEncoder small = FfmpegVideoEncoder.create().withQuantizer(28);
 * }</pre>
 *
 * <p>Nothing is loaded before the first MP4 file is opened, so that images need no natives.
 */
public final class FfmpegVideoEncoder implements VideoEncoder {

  /** Finest quantiser that OpenH264 holds. */
  public static final int FINEST_QUANTIZER = 12;

  /** Coarsest quantiser of H.264. */
  public static final int COARSEST_QUANTIZER = 51;

  /**
   * At this one a smooth moving scene keeps 45 dB of luma at 128 × 96 and 52 dB at 1280 × 720; one
   * under heavy grain, the worst case, keeps 40.
   */
  public static final int DEFAULT_QUANTIZER = 20;

  private static final int SMALLEST_SIDE = 16;

  /** Level 5.2, and OpenH264's own limit. */
  private static final int MOST_PIXELS = 4096 * 2304;

  private static final int HIGHEST_RATE = 1000;

  private final int quantizer;

  private FfmpegVideoEncoder(int quantizer) {
    this.quantizer = quantizer;
  }

  /**
   * An encoder of good quality.
   *
   * @return an encoder with {@link #DEFAULT_QUANTIZER}
   */
  public static FfmpegVideoEncoder create() {
    return new FfmpegVideoEncoder(DEFAULT_QUANTIZER);
  }

  /**
   * The same encoder with another balance of quality and file size.
   *
   * @param newQuantizer H.264's quantiser, held for every frame: {@value #FINEST_QUANTIZER} is the
   *     finest, {@value #COARSEST_QUANTIZER} the coarsest; 6 more make a file about half as large
   * @return a new encoder
   * @throws IllegalArgumentException if the quantiser is out of range
   */
  public FfmpegVideoEncoder withQuantizer(int newQuantizer) {
    if (newQuantizer < FINEST_QUANTIZER || newQuantizer > COARSEST_QUANTIZER) {
      throw new IllegalArgumentException(
          "quantizer must be between %d (finest) and %d (coarsest), got %d; nearest: %d"
              .formatted(
                  FINEST_QUANTIZER,
                  COARSEST_QUANTIZER,
                  newQuantizer,
                  Math.max(FINEST_QUANTIZER, Math.min(newQuantizer, COARSEST_QUANTIZER))));
    }
    return new FfmpegVideoEncoder(newQuantizer);
  }

  /**
   * Loads FFmpeg and says what it is. A program that will write an MP4 file after long work can
   * call this first, to learn at once if that is going to fail.
   *
   * @return the FFmpeg that {@link #open} uses
   * @throws NativeLibraryException if there are no natives that fit; the message prints the Maven
   *     coordinates to add
   */
  public static FfmpegBuild describe() {
    return FfmpegLibrary.load().build();
  }

  @Override
  public Set<VideoFormat> formats() {
    return EnumSet.of(VideoFormat.MP4, VideoFormat.PNG);
  }

  /**
   * Refuses what {@link #open} would refuse, whatever the file. Loads nothing.
   *
   * @param format one of {@link #formats()}
   * @param size the size of every frame. For MP4, both sides are even and at least 16, and the area
   *     is at most 4096 × 2304
   * @param framesPerSecond the rate of playing, 1 to 1000
   * @throws IllegalArgumentException if size or rate cannot be had in this format; the message
   *     names the nearest that can
   */
  @Override
  public void requireEncodable(VideoFormat format, VideoSize size, int framesPerSecond) {
    if (framesPerSecond < 1 || framesPerSecond > HIGHEST_RATE) {
      throw new IllegalArgumentException(
          "framesPerSecond must be between 1 and %d, got %d; nearest: %d; HunyuanVideo makes 24"
              .formatted(
                  HIGHEST_RATE,
                  framesPerSecond,
                  Math.max(1, Math.min(framesPerSecond, HIGHEST_RATE))));
    }
    if (format == VideoFormat.MP4) {
      requireH264(size);
    }
  }

  /**
   * Starts a file. Missing folders above it are made.
   *
   * @param file where the finished file shall be; an existing one is replaced when the new one is
   *     whole. For MP4 it must lie on the default file system
   * @param format one of {@link #formats()}
   * @param size the size of every frame. For MP4, both sides are even and at least 16, and the area
   *     is at most 4096 × 2304
   * @param framesPerSecond the rate of playing, 1 to 1000
   * @return a writer, to be closed by the caller
   * @throws IllegalArgumentException if size, rate or file cannot be had in this format; the
   *     message names the nearest that can
   * @throws NativeLibraryException for MP4, if there are no natives that fit
   * @throws VideoEncodingException if the file cannot be started
   */
  @Override
  public FrameWriter open(Path file, VideoFormat format, VideoSize size, int framesPerSecond) {
    requireEncodable(format, size, framesPerSecond);
    return switch (format) {
      case PNG -> FileFrameWriter.open(file, size, PngFile::new);
      case MP4 -> openMp4(file, size, framesPerSecond);
    };
  }

  /**
   * A line for logs.
   *
   * @return the quantiser
   */
  @Override
  public String toString() {
    return "FfmpegVideoEncoder[quantizer %d]".formatted(quantizer);
  }

  private FrameWriter openMp4(Path file, VideoSize size, int framesPerSecond) {
    if (!file.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          "FFmpeg writes MP4 files to the default file system only, got %s; write a temporary file and copy it"
              .formatted(file.toUri()));
    }
    FfmpegLibrary ffmpeg = FfmpegLibrary.load();
    return FileFrameWriter.open(
        file, size, part -> new Mp4File(part, ffmpeg.h264(), size, framesPerSecond, quantizer));
  }

  private static void requireH264(VideoSize size) {
    if (size.width() * size.height() > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "H.264 holds at most %d pixels (4096 × 2304) in a frame, %s has %d; nearest of this shape: %s. Scale the frames, or write each as .png"
              .formatted(MOST_PIXELS, size, size.width() * size.height(), shrunk(size)));
    }
    VideoSize nearest = new VideoSize(nearestSide(size.width()), nearestSide(size.height()));
    if (!nearest.equals(size)) {
      throw new IllegalArgumentException(
          "an MP4 file needs frames with even sides of at least %d pixels, got %s; nearest: %s. Crop or scale the frames, or write each as .png"
              .formatted(SMALLEST_SIDE, size, nearest));
    }
  }

  private static VideoSize shrunk(VideoSize size) {
    double scale = Math.sqrt(MOST_PIXELS / ((double) size.width() * size.height()));
    return new VideoSize(multipleBelow(size.width() * scale), multipleBelow(size.height() * scale));
  }

  /** A size to generate is rounded up, and must not become too large again by that. */
  private static int multipleBelow(double side) {
    return (int) side / VideoSize.MULTIPLE * VideoSize.MULTIPLE;
  }

  /** Upwards for an odd side: a column repeated is better than one lost. */
  private static int nearestSide(int side) {
    return Math.max(SMALLEST_SIDE, (side + 1) / 2 * 2);
  }
}
