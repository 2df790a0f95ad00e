package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the default settings make of smooth and of grainy scenes, and whether colours are right. */
class PictureQualityTest {

  private static final VideoSize SMALL = VideoSize.of(128, 96);

  @TempDir private Path folder;

  private final FfmpegVideoEncoder encoder = FfmpegVideoEncoder.create();

  // The rate is an upper bound of megabits per second, so that quality is not had by spending
  // without end.
  @ParameterizedTest
  @CsvSource({"128, 96, 17, 44, 0.2", "1280, 720, 9, 49, 4"})
  void aSmoothMovingSceneIsNearlyLossless(
      int width, int height, int length, double decibels, double megabits) throws IOException {
    requireQuality(Scene.smooth(VideoSize.of(width, height), length), decibels, megabits);
  }

  @ParameterizedTest
  @CsvSource({"128, 96, 17, 39, 0.7", "1280, 720, 9, 40, 40"})
  void grainIsKept(int width, int height, int length, double decibels, double megabits)
      throws IOException {
    requireQuality(Scene.grainy(VideoSize.of(width, height), length), decibels, megabits);
  }

  @Test
  void aCoarserQuantizerMakesASmallerFileOfLowerQuality() throws IOException {
    Scene scene = Scene.grainy(SMALL, 9);
    Path fine = folder.resolve("fine.mp4");
    Path coarse = folder.resolve("coarse.mp4");
    scene.encode(encoder.withQuantizer(18), fine);
    scene.encode(encoder.withQuantizer(30), coarse);
    assertThat(Files.size(coarse)).isLessThan(Files.size(fine) / 3);
    assertThat(DecodedVideo.lumaQuality(coarse, scene.frames()))
        .isLessThan(DecodedVideo.lumaQuality(fine, scene.frames()) - 6);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "255, 255, 255",
    "128, 128, 128",
    "255, 0, 0",
    "0, 255, 0",
    "0, 0, 255",
    "200, 140, 90"
  })
  void aColourBecomesWhatBt709Says(int red, int green, int blue) {
    Path file = folder.resolve("colour.mp4");
    flat(red, green, blue).encode(encoder.withQuantizer(12), file);
    DecodedVideo.read(
        file,
        (index, picture) -> {
          int middle = SMALL.width() * SMALL.height() / 2;
          assertThat(picture.value(0, middle))
              .isCloseTo((int) Math.round(Bt709.luma(red, green, blue)), Offset.offset(1));
          assertThat(picture.value(1, middle / 4))
              .isCloseTo(
                  (int) Math.round(Bt709.blueDifference(red, green, blue)), Offset.offset(1));
          assertThat(picture.value(2, middle / 4))
              .isCloseTo((int) Math.round(Bt709.redDifference(red, green, blue)), Offset.offset(1));
        });
  }

  @Test
  void chromaSamplesLieAtTheLeftOfTheirTwoColumnsAndBetweenTheirRows() {
    Path across = folder.resolve("across.mp4");
    Path down = folder.resolve("down.mp4");
    // From blue to black; one pixel is worth 1.5 levels of 255, so 0.9 of chroma.
    Scene.painted(SMALL, 1, (x, y, s, rgb) -> rgb[2] = (20 + 1.5 * x * 96 + 0.5) / 255)
        .encode(encoder.withQuantizer(12), across);
    Scene.painted(SMALL, 1, (x, y, s, rgb) -> rgb[2] = (20 + 1.5 * y * 96 + 0.5) / 255)
        .encode(encoder.withQuantizer(12), down);
    assertThat(meanOffset(across, 64, 1)).isCloseTo(0, Offset.offset(0.15));
    assertThat(meanOffset(down, 1, 64)).isCloseTo(0.5, Offset.offset(0.15));
  }

  /** How many pixels right of, or below, the first of its two a chroma sample was taken. */
  private static double meanOffset(Path file, int acrossStep, int downStep) {
    int width = SMALL.width() / 2;
    int height = SMALL.height() / 2;
    boolean across = acrossStep > downStep;
    double[] sum = {0, 0};
    DecodedVideo.read(
        file,
        (index, picture) -> {
          for (int y = 4; y < height - 4; y++) {
            for (int x = 4; x < width - 4; x++) {
              double perPixel =
                  Bt709.blueDifference(0, 0, 150) / 150 - Bt709.blueDifference(0, 0, 0) / 150;
              double level = (picture.value(1, y * width + x) - 128) / perPixel;
              sum[0] += (level - 20) / 1.5 - 2 * (across ? x : y);
              sum[1]++;
            }
          }
        });
    return sum[0] / sum[1];
  }

  private void requireQuality(Scene scene, double decibels, double megabits) throws IOException {
    Path file = folder.resolve("scene.mp4");
    scene.encode(encoder, file);
    double rate = Files.size(file) * 8e-6 * Scene.FRAMES_PER_SECOND / scene.length();
    assertThat(DecodedVideo.lumaQuality(file, scene.frames()))
        .as("luma PSNR in dB of %d frames of %s", scene.length(), scene.size())
        .isGreaterThan(decibels);
    assertThat(rate).as("Mbit/s").isLessThan(megabits);
  }

  private static Scene flat(int red, int green, int blue) {
    byte[] bytes = new byte[SMALL.width() * SMALL.height() * 3];
    for (int i = 0; i < bytes.length; i += 3) {
      bytes[i] = (byte) red;
      bytes[i + 1] = (byte) green;
      bytes[i + 2] = (byte) blue;
    }
    return new Scene(SMALL, 2, index -> Frame.wrap(index, SMALL, bytes));
  }
}
