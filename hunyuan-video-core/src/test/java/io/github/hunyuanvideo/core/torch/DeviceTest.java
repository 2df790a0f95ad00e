package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class DeviceTest {

  private final TorchEngine engine;

  DeviceTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void aGpuThatPyTorchDoesNotSeeIsRefusedAndNotReplacedByTheCpu() {
    assumeFalse(
        Engine.getEngine(NativeStart.ENGINE).hasCapability(StandardCapabilities.CUDA),
        "skipped: PyTorch sees a GPU here");
    assertThatThrownBy(() -> TorchEngine.start(ComputeDevice.cuda(0)))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageContaining("for the CPU")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH");
  }

  @Test
  void aTensorThatIsOnTheDeviceIsNotCopied() {
    try (NDManager manager = engine.newManager();
        NDArray array = manager.create(new float[] {1, 2});
        Tensor viewed = engine.view(array, "numbers")) {
      array.addi(1);
      assertThat(viewed.toFloats()).containsExactly(2, 3);
    }
  }

  @Test
  void theReasonOfAFailureIsNamedWithoutTheTrace() {
    try (Tensor tensor = engine.tensor(new float[] {1, 2}, 2)) {
      assertThatThrownBy(() -> engine.program(TestingProgram.class).reshape(tensor, new long[] {7}))
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessage("testing.reshape failed: shape '[7]' is invalid for input of size 2");
    }
  }

  /** What the generator of a GPU has to be asked for; on the CPU both ways give the same. */
  @Test
  void theDefaultGeneratorGivesTheNumbersOfASeededOne() {
    String draw =
        """
        class Ops(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool

          def draw(self, seed: int) -> Tensor:
            torch.manual_seed(seed)
            return torch.randn([40], dtype=6, layout=0, device=torch.device("cpu"))
        """;
    TorchProgram program = TorchProgram.compile(engine, "draw", draw);
    try (IValue seed = IValue.from(42L);
        Tensor ofDefault = engine.adopt(program.run("draw", seed));
        Tensor own = engine.noise().normal(new long[] {40}, 42, ScalarType.FLOAT32)) {
      assertThat(ofDefault.toFloats()).containsExactly(own.toFloats());
    }
  }
}
