package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.Video;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.video.FfmpegVideoEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class OutputFlagsTest {

  private static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 25, 17, 3, 9);

  @TempDir private Path folder;

  private static OutputFlags flags(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    return CommandLine.populateCommand(new OutputFlags(), words);
  }

  /** An image without a seed. */
  private static Video image() {
    VideoSize size = VideoSize.of(1, 1);
    return Video.builder(FfmpegVideoEncoder.create())
        .frame(Frame.wrap(0, size, new byte[3]))
        .build();
  }

  @Test
  void videosWithoutSeedsOfTheSameSecondDoNotOverwriteEachOther() throws IOException {
    OutputFlags flags = flags("--save-path", folder);
    Path first = Files.createFile(flags.file(image(), "a cat", 0, NOW));
    Path second = Files.createFile(flags.file(image(), "a cat", 1, NOW));
    assertThat(first).isEqualTo(folder.resolve("2026-11-25-17-03-09_a-cat.png"));
    assertThat(second).isEqualTo(folder.resolve("2026-11-25-17-03-09_a-cat_2.png"));
  }

  @Test
  void theNameThatWasAskedForIsTakenEvenIfThereIsSuchAFile() throws IOException {
    Path file = Files.createFile(folder.resolve("cat.png"));
    OutputFlags flags = flags("--output", file);
    assertThat(flags.file(image(), "a cat", 0, NOW)).isEqualTo(file);
    assertThat(flags.file(image(), "a cat", 1, NOW)).isEqualTo(folder.resolve("cat_2.png"));
  }

  @Test
  void aSuffixOfWhichNothingIsLeftChangesNoFolder() {
    OutputFlags flags = flags("--save-path", folder, "--save-path-suffix", "...");
    assertThat(flags.file(image(), "a", 0, NOW)).hasParentRaw(folder);
  }
}
