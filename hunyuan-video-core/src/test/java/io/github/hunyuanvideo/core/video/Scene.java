package io.github.hunyuanvideo.core.video;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.VideoEncoder;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Pictures to encode, made one by one so that a long video need not lie in memory. */
record Scene(VideoSize size, int length, IntFunction<Frame> frames) {

  static final int FRAMES_PER_SECOND = 24;

  /** A drawing of one moment. */
  @FunctionalInterface
  interface Painter {

    /** Red, green and blue from 0 to 1 at a place that counts in heights of the picture. */
    void paint(double x, double y, double seconds, double[] rgb);
  }

  /** Moving gradients, and a disc with fine texture that moves over them. */
  static Scene smooth(VideoSize size, int length) {
    return new Scene(size, length, index -> picture(index, size, Scene::gradientsAndDisc, 0));
  }

  /** The same under fresh film grain in every frame, of 5 levels standard deviation. */
  static Scene grainy(VideoSize size, int length) {
    return new Scene(size, length, index -> picture(index, size, Scene::gradientsAndDisc, 5));
  }

  static Scene painted(VideoSize size, int length, Painter painter) {
    return new Scene(size, length, index -> picture(index, size, painter, 0));
  }

  /** Writes everything. */
  void encode(VideoEncoder encoder, Path file) {
    try (FrameWriter writer = encoder.open(file, VideoFormat.of(file), size, FRAMES_PER_SECOND)) {
      IntStream.range(0, length).mapToObj(frames).forEach(writer::write);
      writer.finish();
    }
  }

  private static void gradientsAndDisc(double x, double y, double s, double[] rgb) {
    rgb[0] = 0.5 + 0.35 * Math.sin(3 * x + 1.1 * s) + 0.1 * Math.sin(20 * (x + y) - 3 * s);
    rgb[1] = 0.5 + 0.35 * Math.sin(2.3 * y - 0.9 * s + 1) + 0.1 * Math.cos(17 * (x - y) + 2 * s);
    rgb[2] = 0.5 + 0.35 * Math.cos(2.7 * (x + y) + 0.7 * s);
    double fromX = x - 0.5 - 0.4 * Math.sin(1.3 * s);
    double fromY = y - 0.5 - 0.25 * Math.cos(1.7 * s);
    double disc = 1 / (1 + Math.exp((Math.hypot(fromX, fromY) - 0.2) * 300));
    double texture = 0.12 * Math.sin(90 * fromX) * Math.sin(70 * fromY);
    double[] colour = {0.8, 0.45, 0.2};
    for (int c = 0; c < 3; c++) {
      rgb[c] = rgb[c] * (1 - disc) + disc * (colour[c] + texture);
    }
  }

  private static Frame picture(int index, VideoSize size, Painter painter, double grain) {
    Random random = new Random(index);
    byte[] bytes = new byte[size.width() * size.height() * 3];
    double[] rgb = new double[3];
    int at = 0;
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        painter.paint(
            x / (double) size.height(),
            y / (double) size.height(),
            index / (double) FRAMES_PER_SECOND,
            rgb);
        double noise = grain == 0 ? 0 : grain * random.nextGaussian();
        for (double value : rgb) {
          bytes[at++] = (byte) Math.max(0, Math.min(255, (int) (value * 255 + noise)));
        }
      }
    }
    return Frame.wrap(index, size, bytes);
  }
}
