package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FfmpegVideoEncoderTest {

  private static final VideoSize SMALL = VideoSize.of(128, 96);

  private static final Pattern NEAREST = Pattern.compile("nearest[^:]*: (\\d+) × (\\d+)");

  @TempDir private Path folder;

  private final FfmpegVideoEncoder encoder = FfmpegVideoEncoder.create();

  @Test
  void anMp4FileHoldsWhatBrowsersPlay() {
    Path file = folder.resolve("cat.mp4");
    Scene.smooth(SMALL, 17).encode(encoder, file);
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.codec).isEqualTo("h264");
    assertThat(video.profile).isEqualTo("High");
    assertThat(video.level).isLessThanOrEqualTo(31);
    assertThat(video.size).isEqualTo(SMALL);
    assertThat(video.pixelFormat).isEqualTo("yuv420p");
    assertThat(video.range).isEqualTo("tv");
    assertThat(List.of(video.matrix, video.primaries, video.transfer)).containsOnly("bt709");
  }

  @ParameterizedTest
  @CsvSource({"17, 24", "129, 24", "1, 24", "2, 1", "5, 30", "5, 1000"})
  void everyFrameLastsTheSameTime(int length, int framesPerSecond) {
    Path file = folder.resolve("cat.mp4");
    Scene scene = Scene.smooth(VideoSize.of(32, 32), length);
    try (FrameWriter writer = encoder.open(file, VideoFormat.MP4, scene.size(), framesPerSecond)) {
      for (int i = 0; i < length; i++) {
        writer.write(scene.frames().apply(i));
      }
      writer.finish();
    }
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.frameRate).isEqualTo(framesPerSecond + "/1");
    assertThat(video.averageFrameRate).isEqualTo(framesPerSecond + "/1");
    assertThat(video.announcedFrames).isEqualTo(length);
    assertThat(video.seconds).isCloseTo((double) length / framesPerSecond, Offset.offset(0.0001));
    long step = length == 1 ? 0 : video.timestamps.get(1);
    assertThat(video.timestamps)
        .containsExactlyElementsOf(
            LongStream.range(0, length).mapToObj(index -> index * step).toList());
  }

  @Test
  void theIndexComesBeforeThePictures() throws IOException {
    Path file = folder.resolve("cat.mp4");
    Scene.smooth(SMALL, 3).encode(encoder, file);
    assertThat(boxes(file)).startsWith("ftyp", "moov").contains("mdat");
  }

  @Test
  void theFramesComeBackInTheirOrder() {
    Path file = folder.resolve("cat.mp4");
    Scene.painted(SMALL, 9, (x, y, s, rgb) -> rgb[0] = rgb[1] = rgb[2] = 0.1 + 2 * s)
        .encode(encoder, file);
    List<Integer> brightness = new ArrayList<>();
    DecodedVideo.read(file, (index, picture) -> brightness.add(picture.value(0, 0)));
    assertThat(brightness).hasSize(9).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"16, 16", "32, 32", "16, 64", "128, 96", "18, 34", "720, 1280", "8192, 16"})
  void smallAndUnusualSizesWork(int width, int height) {
    Path file = folder.resolve("cat.mp4");
    Scene scene = Scene.smooth(VideoSize.of(width, height), 2);
    scene.encode(encoder, file);
    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.size).isEqualTo(scene.size());
    assertThat(video.timestamps).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "127, 95, 128 × 96",
    "128, 95, 128 × 96",
    "14, 16, 16 × 16",
    "1, 1, 16 × 16",
    "8191, 17, 8192 × 18",
    "8192, 8192, 3072 × 3072",
    "6144, 3456, 4096 × 2304"
  })
  void aSizeThatH264CannotHoldIsRefusedWithTheNearestThatItCan(
      int width, int height, String nearest) throws IOException {
    Path file = folder.resolve("cat.mp4");
    VideoSize size = VideoSize.of(width, height);
    assertThatThrownBy(() -> encoder.open(file, VideoFormat.MP4, size, 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(size.toString())
        .hasMessageContaining(nearest)
        .hasMessageContaining(".png");
    assertThat(folder).isEmptyDirectory();
    assertThatThrownBy(() -> encoder.requireEncodable(VideoFormat.MP4, size, 24))
        .as("already before there is a file")
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(nearest);
    encoder.requireEncodable(VideoFormat.PNG, size, 24);
  }

  @Property
  void theNearestSizeIsOneThatCanBeGeneratedAndEncoded(
      @ForAll @IntRange(min = 1, max = VideoSize.LARGEST_SIDE) int width,
      @ForAll @IntRange(min = 1, max = VideoSize.LARGEST_SIDE) int height) {
    try {
      encoder.requireEncodable(VideoFormat.MP4, VideoSize.of(width, height), 24);
    } catch (IllegalArgumentException e) {
      Matcher nearest = NEAREST.matcher(e.getMessage());
      assertThat(nearest.find()).as(e.getMessage()).isTrue();
      VideoSize size =
          VideoSize.of(Integer.parseInt(nearest.group(1)), Integer.parseInt(nearest.group(2)));
      encoder.requireEncodable(VideoFormat.MP4, size, 24);
      if ((long) width * height > 4096 * 2304) {
        encoder.requireEncodable(VideoFormat.MP4, size.roundedUp(), 24);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-24, 1", "1001, 1000"})
  void aRateOutOfRangeIsRefusedWithTheNearest(int rate, int nearest) {
    assertThatThrownBy(() -> encoder.open(folder.resolve("cat.mp4"), VideoFormat.MP4, SMALL, rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + rate + "; nearest: " + nearest);
  }

  @ParameterizedTest
  @CsvSource({"11, 12", "0, 12", "52, 51"})
  void aQuantizerOutOfRangeIsRefusedWithTheNearest(int quantizer, int nearest) {
    assertThatThrownBy(() -> encoder.withQuantizer(quantizer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + quantizer)
        .hasMessageContaining("nearest: " + nearest);
  }

  @ParameterizedTest
  @ValueSource(ints = {FfmpegVideoEncoder.FINEST_QUANTIZER, FfmpegVideoEncoder.COARSEST_QUANTIZER})
  void theOutermostQuantizersWork(int quantizer) {
    Path file = folder.resolve("cat.mp4");
    Scene.smooth(SMALL, 2).encode(encoder.withQuantizer(quantizer), file);
    assertThat(DecodedVideo.read(file).timestamps).hasSize(2);
  }

  @Test
  void theSameFramesGiveTheSameBytes() throws IOException {
    Scene scene = Scene.grainy(SMALL, 5);
    Path one = folder.resolve("one.mp4");
    Path two = folder.resolve("two.mp4");
    scene.encode(encoder, one);
    scene.encode(encoder, two);
    assertThat(one).hasSameBinaryContentAs(two);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Kätzchen 猫 🐈.mp4",
        "100% %03d http:cat?.mp4",
        "-y.mp4",
        ".hidden.mp4",
        "file:cat.mp4"
      })
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "many characters cannot be in a name there")
  void anyNameThatTheFileSystemTakesIsWrittenAsItIs(String name) {
    assumeThat(FileNames.canBe(name)).isTrue();
    Path file = folder.resolve(name);
    Scene.smooth(VideoSize.of(32, 32), 2).encode(encoder, file);
    assertThat(DecodedVideo.read(file.toAbsolutePath()).timestamps).hasSize(2);
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void theFormatIsTheOneThatWasAskedForWhateverTheName() throws IOException {
    Path file = folder.resolve("cat.png");
    try (FrameWriter writer = encoder.open(file, VideoFormat.MP4, SMALL, 24)) {
      writer.write(Scene.smooth(SMALL, 1).frames().apply(0));
      writer.finish();
    }
    assertThat(boxes(file)).startsWith("ftyp");
  }

  @Test
  void aPngImageHoldsEveryPixel() throws IOException {
    VideoSize odd = VideoSize.of(37, 23);
    Frame frame = Scene.grainy(odd, 1).frames().apply(0);
    Path file = folder.resolve("cat.png");
    new Scene(odd, 1, index -> frame).encode(encoder, file);
    BufferedImage image = ImageIO.read(file.toFile());
    assertThat(image.getRGB(0, 0, 37, 23, null, 0, 37))
        .isEqualTo(frame.toImage().getRGB(0, 0, 37, 23, null, 0, 37));
  }

  @Test
  void aVideoSavesAndEncodesThroughIt() throws IOException {
    Scene scene = Scene.smooth(SMALL, 5);
    Video.Builder builder = Video.builder(encoder);
    for (int i = 0; i < scene.length(); i++) {
      builder.frame(scene.frames().apply(i));
    }
    Video video = builder.build();
    Path file = folder.resolve("cat.mp4");
    video.save(file);
    assertThat(video.encode(VideoFormat.MP4)).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void severalWritersWorkAtOnce() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Path file = folder.resolve(i + ".mp4");
      threads.add(new Thread(() -> Scene.smooth(SMALL, 9).encode(encoder, file)));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < 4; i++) {
      assertThat(DecodedVideo.read(folder.resolve(i + ".mp4")).timestamps).hasSize(9);
    }
  }

  @Test
  void otherFileSystemsTakeImagesAndRefuseVideosWithAReason() throws IOException {
    URI archive = URI.create("jar:" + folder.resolve("archive.zip").toUri());
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Scene.smooth(SMALL, 1).encode(encoder, zip.getPath("/cat.png"));
      assertThat(zip.getPath("/cat.png")).exists();
      assertThatThrownBy(() -> Scene.smooth(SMALL, 1).encode(encoder, zip.getPath("/cat.mp4")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("default file system")
          .hasMessageContaining("archive.zip");
    }
  }

  /** The kinds of an MP4 file's outermost boxes, in their order. */
  private static List<String> boxes(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    List<String> kinds = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int start = bytes.position();
      int length = bytes.getInt();
      byte[] kind = new byte[4];
      bytes.get(kind);
      kinds.add(new String(kind, StandardCharsets.US_ASCII));
      bytes.position(start + length);
    }
    return kinds;
  }
}
