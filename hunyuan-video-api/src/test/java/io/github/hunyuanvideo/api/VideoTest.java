package io.github.hunyuanvideo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoTest {

  private static final String TEMPORARY = "java.io.tmpdir";

  @TempDir private Path folder;

  private final String usual = System.getProperty(TEMPORARY);

  @BeforeEach
  void keepTemporaryFilesInSight() {
    System.setProperty(TEMPORARY, folder.toString());
  }

  @AfterEach
  void putTheTemporaryFolderBack() {
    System.setProperty(TEMPORARY, usual);
  }

  /** What an encoder leaves behind. */
  @FunctionalInterface
  private interface Leaving {
    void at(Path file) throws IOException;
  }

  /** Writes nothing itself. */
  private record FakeEncoder(Leaving leaving) implements VideoEncoder {
    @Override
    public Set<VideoFormat> formats() {
      return Set.of(VideoFormat.MP4);
    }

    @Override
    public FrameWriter open(Path file, VideoFormat format, VideoSize size, int framesPerSecond) {
      return new FrameWriter() {
        @Override
        public void write(Frame frame) {}

        @Override
        public void finish() {
          try {
            leaving.at(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  private static Frame frame(int index) {
    return Frame.wrap(index, VideoSize.of(2, 1), new byte[6]);
  }

  private static Video.Builder video(Leaving leaving) {
    return Video.builder(new FakeEncoder(leaving)).frame(frame(0)).frame(frame(1));
  }

  private static Video.Builder video() {
    return video(file -> {});
  }

  private static void makeFolder(Path file) throws IOException {
    Files.createDirectory(file);
    Files.writeString(file.resolve("something"), "else");
  }

  @Test
  void anEncodedVideoLeavesNoTemporaryFile() {
    byte[] bytes = video(file -> Files.writeString(file, "mp4")).build().encode(VideoFormat.MP4);
    assertThat(bytes).asString().isEqualTo("mp4");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aTemporaryFileThatCannotBeReadBackIsNamed() {
    Video video = video(VideoTest::makeFolder).build();
    assertThatThrownBy(() -> video.encode(VideoFormat.MP4))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining("could not be read back from " + folder)
        .hasMessageContaining("video.mp4");
  }

  @Test
  void aFailureOfTheEncoderIsNotHiddenByWhatItLeft() {
    Video video =
        video(
                file -> {
                  makeFolder(file);
                  throw new VideoEncodingException("the disk is full");
                })
            .build();
    assertThatThrownBy(() -> video.encode(VideoFormat.MP4))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessage("the disk is full");
  }

  @Test
  void anEncodedVideoIsGivenBackWhateverLiesBesideIt() {
    Video video =
        video(
                file -> {
                  Files.writeString(file, "mp4");
                  Files.writeString(file.resolveSibling("log"), "of the encoder");
                })
            .build();
    assertThat(video.encode(VideoFormat.MP4)).asString().isEqualTo("mp4");
  }

  @Test
  void aMissingFolderForTemporaryFilesIsNamedWithTheWayToChooseAnother() {
    Path missing = folder.resolve("missing");
    System.setProperty(TEMPORARY, missing.toString());
    Video video = video().build();
    assertThatThrownBy(() -> video.encode(VideoFormat.MP4))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining("no temporary folder could be made in " + missing)
        .hasMessageContaining("-Djava.io.tmpdir");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -24})
  void aRateBelowOneIsRefused(int rate) {
    assertThatThrownBy(() -> video().framesPerSecond(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("framesPerSecond must be at least 1, got " + rate);
  }

  @Test
  void floatsThatAreNoVideoAreRefusedAtOnce() {
    for (int[] shape : List.of(new int[] {2, 1, 2}, new int[] {4, 2, 1, 2})) {
      int size = shape.length == 3 ? 4 : 16;
      FloatTensor floats = FloatTensor.of(new float[size], shape);
      assertThatThrownBy(() -> video().floats(floats))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(3, frames, height, width)")
          .hasMessageContaining(floats.toString());
    }
  }

  @Test
  void floatsOfOtherFramesAreRefused() {
    FloatTensor turned = FloatTensor.of(new float[12], 3, 2, 2, 1);
    Video.Builder video = video().floats(turned);
    assertThatThrownBy(video::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[3, 2, 1, 2], got FloatTensor (3, 2, 2, 1)");
    FloatTensor right = FloatTensor.of(new float[12], 3, 2, 1, 2);
    assertThat(video.floats(right).build().toFloats()).isSameAs(right);
  }

  @Test
  void framesOfAnotherSizeAreRefused() {
    Frame wide = Frame.wrap(2, VideoSize.of(3, 1), new byte[9]);
    assertThatThrownBy(() -> video().frame(wide))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 × 1 after 2 × 1");
  }

  @Test
  void aFormatThatAnEncoderDoesNotWriteIsRefusedBeforeAnythingIsWritten() {
    VideoEncoder encoder = new FakeEncoder(file -> {});
    encoder.requireEncodable(VideoFormat.MP4, VideoSize.of(16, 16), 24);
    assertThatThrownBy(() -> encoder.requireEncodable(VideoFormat.PNG, VideoSize.of(16, 16), 24))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[MP4], not PNG");
  }
}
