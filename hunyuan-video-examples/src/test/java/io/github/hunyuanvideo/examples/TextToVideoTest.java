package io.github.hunyuanvideo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextToVideoTest {

  @TempDir Path folder;

  @Test
  void thePageThatReadersCopyRuns() {
    Path file = folder.resolve("cat.mp4");
    TextToVideo.main(new String[] {DemoModel.unpack().toString(), file.toString()});
    assertThat(file).isNotEmptyFile();
  }
}
