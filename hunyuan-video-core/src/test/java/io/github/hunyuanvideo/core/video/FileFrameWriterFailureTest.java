package io.github.hunyuanvideo.core.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.FrameWriter;
import io.github.hunyuanvideo.api.VideoEncodingException;
import io.github.hunyuanvideo.api.VideoFormat;
import io.github.hunyuanvideo.api.VideoSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever goes wrong is told with the file and the reason, and leaves nothing behind. */
class FileFrameWriterFailureTest {

  private static final VideoSize SIZE = VideoSize.of(64, 48);

  @TempDir private Path folder;

  private final FfmpegVideoEncoder encoder = FfmpegVideoEncoder.create();
  private final Frame frame = Scene.smooth(SIZE, 1).frames().apply(0);

  @ParameterizedTest
  @EnumSource
  void whatIsNotAnOrdinaryFileIsNotReplaced(VideoFormat format) throws IOException {
    Path taken = Files.createDirectory(file(format));
    assertThatThrownBy(() -> encoder.open(taken, format, SIZE, 24))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining(taken.toString())
        .hasMessageContaining("it is not an ordinary file");
    assertThat(taken).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  void aFileInPlaceOfAFolderIsRefused(VideoFormat format) throws IOException {
    Path taken = Files.createFile(folder.resolve("taken"));
    Path file = taken.resolve("deeper").resolve("cat." + format.extension());
    assertThatThrownBy(() -> encoder.open(file, format, SIZE, 24))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining(file + " could not be written: ")
        .hasMessageContaining(taken + " is a file, not a folder");
    assertThat(taken).exists();
  }

  @ParameterizedTest
  @EnumSource
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no POSIX permissions")
  void aFolderThatCannotBeWrittenToIsNamed(VideoFormat format) throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeThat(Files.isWritable(closed)).as("the superuser writes anywhere").isFalse();
    assertThatThrownBy(
            () -> encoder.open(closed.resolve("cat." + format.extension()), format, SIZE, 24))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining("access to " + closed)
        .hasMessageContaining("is denied");
  }

  @ParameterizedTest
  @ValueSource(strings = {"add", "complete"})
  void aFailureNamesFileAndReasonAndLeavesTheEarlierFile(String failing) throws IOException {
    Path file = Files.writeString(folder.resolve("cat.mp4"), "earlier");
    FrameWriter writer = FileFrameWriter.open(file, SIZE, part -> new FailingFile(failing));
    assertThatThrownBy(
            () -> {
              writer.write(frame);
              writer.finish();
            })
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining(file + " could not be written: the disk is full");
    assertThat(names(folder)).containsExactly("cat.mp4");
    assertThat(file).hasContent("earlier");
    assertThatThrownBy(() -> writer.write(frame)).isInstanceOf(IllegalStateException.class);
    writer.close();
  }

  @Test
  void aFormatThatDoesNotOpenLeavesNothing() {
    Path file = folder.resolve("a/cat.mp4");
    assertThatThrownBy(
            () ->
                FileFrameWriter.open(
                    file,
                    SIZE,
                    part -> {
                      throw new IOException("no such thing");
                    }))
        .isInstanceOf(VideoEncodingException.class)
        .hasMessageContaining("no such thing");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource
  @EnabledOnOs(value = OS.LINUX, disabledReason = "/dev/full is the full disk")
  void aFullDiskIsReportedAsSuch(VideoFormat format) {
    Path full = Path.of("/dev/full");
    assertThatThrownBy(
            () -> {
              try (FrameFile file =
                  format == VideoFormat.PNG
                      ? new PngFile(full)
                      : new Mp4File(full, FfmpegLibrary.load().h264(), SIZE, 24, 20)) {
                file.add(frame);
                file.complete();
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left on device");
  }

  /** Runs out of space at one of its steps. */
  private record FailingFile(String failing) implements FrameFile {

    @Override
    public void add(Frame next) throws IOException {
      failAt("add");
    }

    @Override
    public void complete() throws IOException {
      failAt("complete");
    }

    @Override
    public void close() {}

    private void failAt(String step) throws IOException {
      if (failing.equals(step)) {
        throw new IOException("the disk is full");
      }
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
