package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(EngineExtension.class)
class FrameProgramTest {

  private final TorchEngine engine;
  private final FrameProgram program;

  FrameProgramTest(TorchEngine engine) {
    this.engine = engine;
    this.program = engine.program(FrameProgram.class);
  }

  @ParameterizedTest(name = "{0} becomes {1}")
  @CsvSource({
    "-1, 0",
    "-0.9999, 0",
    "-0.9922, 0",
    "0, 127",
    "0.5, 191",
    "0.9999, 254",
    "1, 255",
    "1.5, 255",
    "-7, 0"
  })
  void bytesAreTruncatedNotRoundedAndKeptInRange(float value, int expected) {
    assertThat(bytes(new float[] {value, value, value}, 1, 1)[1]).isEqualTo(expected);
  }

  @Test
  void aPixelsColoursLieSideBySide() {
    float[] redThenGreenThenBlue = {-1, 0, 1, 1, 0.5f, -1};
    assertThat(bytes(redThenGreenThenBlue, 1, 2)).containsExactly(0, 255, 191, 127, 255, 0);
  }

  @Test
  void latentsAreDividedByTheScaleAndThenShifted() {
    try (Tensor latents = engine.tensor(new float[] {1, -2}, 1, 2, 1, 1, 1);
        Tensor divided = program.unscaled(latents, 0.5, 0);
        Tensor shifted = program.unscaled(latents, 0.5, 3)) {
      assertThat(divided.toFloats()).containsExactly(2, -4);
      assertThat(shifted.toFloats()).containsExactly(5, -1);
    }
  }

  private int[] bytes(float[] frames, int height, int width) {
    try (Tensor given = engine.tensor(frames, 1, 3, 1, height, width);
        Tensor bytes = program.bytes(given)) {
      assertThat(bytes.shape()).containsExactly(1, height, width, 3);
      byte[] values = bytes.toBytes();
      int[] unsigned = new int[values.length];
      for (int i = 0; i < values.length; i++) {
        unsigned[i] = values[i] & 0xff;
      }
      return unsigned;
    }
  }
}
