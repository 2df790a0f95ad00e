package io.github.hunyuanvideo.core.video;

import java.nio.ByteBuffer;

/** ITU-R BT.709 in limited range, written down again from the recommendation, items 3.2 to 3.4. */
final class Bt709 {

  private Bt709() {}

  static double luma(ByteBuffer rgb, int at) {
    return luma(rgb.get(at) & 0xff, rgb.get(at + 1) & 0xff, rgb.get(at + 2) & 0xff);
  }

  static double luma(int red, int green, int blue) {
    return 16 + 219 * brightness(red, green, blue);
  }

  static double blueDifference(int red, int green, int blue) {
    return 128 + 224 * (blue / 255.0 - brightness(red, green, blue)) / 1.8556;
  }

  static double redDifference(int red, int green, int blue) {
    return 128 + 224 * (red / 255.0 - brightness(red, green, blue)) / 1.5748;
  }

  private static double brightness(int red, int green, int blue) {
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  }
}
