package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file appears whole or not at all, whatever its format. */
class FileFrameWriterTest {

  private static final VideoSize SIZE = VideoSize.of(64, 48);

  @TempDir private Path folder;

  private final FfmpegVideoEncoder encoder = FfmpegVideoEncoder.create();
  private final Frame frame = Scene.smooth(SIZE, 1).frames().apply(0);

  @ParameterizedTest
  @EnumSource
  void theFileAppearsWithFinish(VideoFormat format) throws IOException {
    Path file = file(format);
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      writer.write(frame);
      assertThat(names(folder))
          .singleElement()
          .satisfies(
              name ->
                  assertThat(name)
                      .startsWith("." + file.getFileName())
                      .doesNotEndWith(format.extension()));
      writer.finish();
      assertThat(names(folder)).containsExactly(file.getFileName().toString());
    }
    assertThat(names(folder)).containsExactly(file.getFileName().toString());
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @EnumSource
  void closingWithoutFinishingLeavesNothingNotEvenFolders(VideoFormat format) {
    Path file = folder.resolve("a/b/cat." + format.extension());
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      writer.write(frame);
      assertThat(file.getParent()).isNotEmptyDirectory();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void missingFoldersAreMade(VideoFormat format) {
    Path file = folder.resolve("a/b/cat." + format.extension());
    writeOne(file, format);
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @EnumSource
  void aFolderThatOthersUseByNowStays(VideoFormat format) throws IOException {
    Path file = folder.resolve("a/b/cat." + format.extension());
    Path other = folder.resolve("a/other");
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      writer.write(frame);
      Files.createFile(other);
    }
    assertThat(other).exists();
    assertThat(file.getParent()).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void anEarlierFileStaysUntilTheNewOneIsWhole(VideoFormat format) throws IOException {
    Path file = Files.writeString(file(format), "earlier");
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      writer.write(frame);
      assertThat(file).hasContent("earlier");
    }
    assertThat(file).hasContent("earlier");
    writeOne(file, format);
    assertThat(Files.size(file)).isGreaterThan(100);
    assertThat(names(folder)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "making a symbolic link needs a privilege")
  void aLinkStaysALinkAndTheFileBehindItIsReplaced(VideoFormat format) throws IOException {
    Path real = Files.writeString(folder.resolve("real"), "earlier");
    Path link = Files.createSymbolicLink(file(format), real);
    writeOne(link, format);
    assertThat(link).isSymbolicLink();
    assertThat(Files.size(real)).isGreaterThan(100);
  }

  @ParameterizedTest
  @EnumSource
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void theFileCanBeReadByWhomeverNewFilesCanBeReadBy(VideoFormat format) throws IOException {
    Path file = file(format);
    writeOne(file, format);
    Path ordinary = Files.createFile(folder.resolve("ordinary"));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(Files.getPosixFilePermissions(ordinary));
  }

  @ParameterizedTest
  @EnumSource
  void aLongNameIsNoObstacle(VideoFormat format) {
    String ending = "." + format.extension();
    String name = "猫".repeat((255 - ending.length()) / 3) + ending;
    assumeThat(FileNames.canBe(name)).isTrue();
    Path file = folder.resolve(name);
    writeOne(file, format);
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @EnumSource
  void aFrameOfAnotherSizeIsRefusedAndTheRestGoesOn(VideoFormat format) {
    Frame other = Scene.smooth(VideoSize.of(48, 64), 1).frames().apply(0);
    Path file = file(format);
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      assertThatThrownBy(() -> writer.write(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be 64 × 48, got one of 48 × 64");
      writer.write(frame);
      writer.finish();
    }
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @EnumSource
  void closingTwiceIsHarmlessAndNothingElseIsTakenAfterwards(VideoFormat format) {
    Path file = file(format);
    FrameWriter writer = encoder.open(file, format, SIZE, 24);
    writer.write(frame);
    writer.finish();
    writer.close();
    writer.close();
    assertThat(file).isNotEmptyFile();
    assertThatThrownBy(() -> writer.write(frame)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    assertThat(file).isNotEmptyFile();
  }

  @ParameterizedTest
  @EnumSource
  void aFileWithoutFramesCannotBeFinished(VideoFormat format) {
    try (FrameWriter writer = encoder.open(file(format), format, SIZE, 24)) {
      assertThatThrownBy(writer::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no frames");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSecondFrameIsTooManyForAnImage() {
    try (FrameWriter writer = encoder.open(folder.resolve("cat.png"), VideoFormat.PNG, SIZE, 24)) {
      writer.write(frame);
      assertThatThrownBy(() -> writer.write(frame))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 frame")
          .hasMessageContaining(".mp4");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void cancellingFromAnotherThreadInTheMiddleLeavesNothing() throws InterruptedException {
    FrameWriter writer = encoder.open(folder.resolve("cat.mp4"), VideoFormat.MP4, SIZE, 24);
    CountDownLatch running = new CountDownLatch(5);
    AtomicReference<Throwable> end = new AtomicReference<>();
    Thread decoder =
        new Thread(
            () -> {
              while (true) {
                writer.write(frame);
                running.countDown();
              }
            });
    decoder.setUncaughtExceptionHandler((thread, error) -> end.set(error));
    decoder.start();
    running.await();
    writer.close();
    decoder.join();
    assertThat(end.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    assertThat(folder).isEmptyDirectory();
  }

  private void writeOne(Path file, VideoFormat format) {
    try (FrameWriter writer = encoder.open(file, format, SIZE, 24)) {
      writer.write(frame);
      writer.finish();
    }
  }

  private Path file(VideoFormat format) {
    return folder.resolve("cat." + format.extension());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::getFileName).map(Path::toString).toList();
    }
  }
}
