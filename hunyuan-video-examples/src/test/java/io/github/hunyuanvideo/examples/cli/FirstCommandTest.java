package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import io.github.hunyuanvideo.examples.HunyuanVideo;
import io.github.hunyuanvideo.examples.demo.DemoSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that the README begins with, on a machine without any checkpoint. */
class FirstCommandTest {

  @TempDir Path folder;

  @Test
  void withoutACheckpointTheDemoModelIsUsedAndIntroducedInOneLine() throws Exception {
    ChildJvm.Result result =
        new ChildJvm(folder)
            .withSettingsOfTheTests()
            .withoutVariable("MODEL_BASE")
            .with("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8")
            .run(
                HunyuanVideo.class,
                "generate",
                "--prompt",
                "A cat walks on the grass, realistic style.",
                "--output",
                "cat.mp4",
                "--infer-steps",
                "3")
            .succeeded();
    List<String> lines = result.out().lines().toList();
    DemoSettings demo = DemoSettings.read();
    assertThat(lines.get(0)).endsWith("landscape, 17 frames (0.7 s)");
    assertThat(lines.get(1)).isEqualTo(demo.introduction());
    assertThat(lines).contains("Seed " + demo.seed(), "Wrote cat.mp4");
    assertThat(lines).noneMatch(line -> line.startsWith("Checkpoints: "));
    // Every MP4 begins with a box of this type.
    byte[] mp4 = Files.readAllBytes(folder.resolve("cat.mp4"));
    assertThat(new String(mp4, 4, 4, StandardCharsets.US_ASCII)).isEqualTo("ftyp");
  }
}
