package io.github.hunyuanvideo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloatTensorFileTest {

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void choose() {
    file = folder.resolve("latents.safetensors");
  }

  @Test
  void whatWasWrittenIsReadBack() throws IOException {
    FloatTensor latents = FloatTensor.of(new float[] {1, -2, 3, 0.5f, 5, 6}, 1, 3, 2);
    new SafetensorsWriter().add("other", new byte[3], 3).add("latents", latents).write(file);
    assertThat(FloatTensorFile.read(file, "latents")).isEqualTo(latents);
  }

  @Test
  void anEmptyTensorWithAnAxisThatIsTooLongForJavaIsRefused() throws IOException {
    new SafetensorsWriter()
        .add("latents", ScalarType.FLOAT32, new long[] {0, 5_000_000_000L}, channel -> {})
        .write(file);
    assertThatThrownBy(() -> FloatTensorFile.read(file, "latents"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("[0, 5000000000]")
        .hasMessageContaining("too large");
  }

  @Test
  void aTensorOfAnotherTypeOrNameIsRefusedAndTheFilesAreShown() throws IOException {
    new SafetensorsWriter().add("latents", new byte[3], 3).write(file);
    assertThatThrownBy(() -> FloatTensorFile.read(file, "latents"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no float32 tensor \"latents\"")
        .hasMessageContaining("UINT8");
    assertThatThrownBy(() -> FloatTensorFile.read(file, "noise"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no float32 tensor \"noise\"");
  }
}
