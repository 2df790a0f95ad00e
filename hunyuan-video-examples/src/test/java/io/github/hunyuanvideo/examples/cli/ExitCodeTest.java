package io.github.hunyuanvideo.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.UnsupportedFeatureException;
import io.github.hunyuanvideo.api.VideoEncodingException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void everyForeseenFailureHasACodeOfItsOwn() {
    assertThat(ExitCode.of(new IllegalArgumentException("a"))).isEqualTo(ExitCode.USAGE);
    assertThat(ExitCode.of(new CheckpointException(Path.of("a"), "b")))
        .isEqualTo(ExitCode.CHECKPOINT);
    assertThat(ExitCode.of(new NativeLibraryException("a"))).isEqualTo(ExitCode.NATIVES);
    assertThat(ExitCode.of(new UnsupportedFeatureException("a"))).isEqualTo(ExitCode.UNSUPPORTED);
    assertThat(ExitCode.of(new GenerationCancelledException())).isEqualTo(ExitCode.CANCELLED);
    assertThat(ExitCode.of(new VideoEncodingException("a"))).isEqualTo(ExitCode.OUTPUT);
    assertThat(ExitCode.of(new IOException("a"))).isEqualTo(ExitCode.OUTPUT);
    assertThat(ExitCode.of(new IllegalStateException("a"))).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void aFolderThatNothingCanBeUnpackedIntoIsForeseen() {
    assertThat(ExitCode.of(new HunyuanVideoException("no folder"))).isEqualTo(ExitCode.OUTPUT);
  }
}
