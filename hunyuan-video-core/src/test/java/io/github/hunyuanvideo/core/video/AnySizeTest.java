package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AnySizeTest {

  private static final Pattern NEAREST = Pattern.compile("nearest[^:]*: (\\d+) × (\\d+)");

  private final FfmpegVideoEncoder encoder = FfmpegVideoEncoder.create();

  @Property(tries = 40)
  void evenSizesComeBackWithEveryFrame(
      @ForAll @IntRange(min = 8, max = 100) int halfWidth,
      @ForAll @IntRange(min = 8, max = 100) int halfHeight,
      @ForAll @IntRange(min = 1, max = 4) int length)
      throws IOException {
    VideoSize size = VideoSize.of(2 * halfWidth, 2 * halfHeight);
    Path file = Files.createTempFile("any-size", ".mp4");
    try {
      Scene scene = Scene.smooth(size, length);
      scene.encode(encoder, file);
      DecodedVideo video = DecodedVideo.read(file);
      assertThat(video.size).isEqualTo(size);
      assertThat(video.timestamps).hasSize(length);
      assertThat(DecodedVideo.lumaQuality(file, scene.frames())).isGreaterThan(40);
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 200)
  void whatIsNamedAsNearestIsTaken(
      @ForAll @IntRange(min = 1, max = VideoSize.LARGEST_SIDE) int width,
      @ForAll @IntRange(min = 1, max = VideoSize.LARGEST_SIDE) int height) {
    if (isTaken(width, height)) {
      return;
    }
    Path file = Path.of("never.mp4");
    assertThatThrownBy(() -> encoder.open(file, VideoFormat.MP4, VideoSize.of(width, height), 24))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(
            refusal -> {
              Matcher nearest = NEAREST.matcher(refusal.getMessage());
              assertThat(nearest.find()).isTrue();
              assertThat(
                      isTaken(
                          Integer.parseInt(nearest.group(1)), Integer.parseInt(nearest.group(2))))
                  .as(refusal.getMessage())
                  .isTrue();
            });
  }

  private static boolean isTaken(int width, int height) {
    return width >= 16
        && height >= 16
        && width % 2 == 0
        && height % 2 == 0
        && width * height <= 4096 * 2304;
  }
}
