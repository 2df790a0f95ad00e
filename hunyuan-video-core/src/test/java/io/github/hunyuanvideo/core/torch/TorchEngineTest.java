package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of native memory when an engine, or something that it was given, fails. */
@ExtendWith(EngineExtension.class)
class TorchEngineTest {

  private final TorchEngine engine;

  TorchEngineTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void anEngineThatFailsItsSelfTestIsClosed() {
    List<TorchEngine> started = new ArrayList<>();
    assertThatThrownBy(
            () ->
                TorchEngine.start(
                    ComputeDevice.cpu(),
                    candidate -> {
                      started.add(candidate);
                      throw new NativeLibraryException("no kernel image");
                    }))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessage("no kernel image");
    assertThat(started).hasSize(1);
    assertThat(started.get(0).manager().isOpen()).isFalse();
    assertThat(started.get(0).none().isReleased()).isTrue();
  }

  @Test
  void anArrayThatAClosedEngineCannotAdoptIsClosed() {
    TorchEngine closed = TorchEngine.start(ComputeDevice.cpu(), untested -> {});
    closed.close();
    try (NDManager manager = engine.newManager()) {
      NDArray array = manager.create(new float[] {1, 2});
      assertThatThrownBy(() -> closed.adopt(array, "latents"))
          .isInstanceOf(IllegalStateException.class);
      assertThat(array.isReleased()).isTrue();
    }
    assertThat(closed.openTensors()).isZero();
  }

  @Test
  void anArrayOfAnotherTypeThanFloat32IsRefusedAndClosed() {
    try (NDManager manager = engine.newManager()) {
      NDArray array = manager.create(new double[] {1, 2});
      assertThatThrownBy(() -> engine.adopt(array, "latents"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("latents must be float32, got float64");
      assertThat(array.isReleased()).isTrue();
    }
  }

  @Test
  void aTensorThatIsGivenToAClosedManagerIsClosed() {
    long before = engine.openTensors();
    NDManager manager = engine.newManager();
    manager.close();
    Tensor tensor = engine.tensor(new float[] {1, 2}, 2);
    NDArray array = tensor.ndArray();
    assertThatThrownBy(() -> tensor.releaseNdArray(manager))
        .isInstanceOf(IllegalStateException.class);
    assertThat(array.isReleased()).isTrue();
    assertThat(tensor.isOpen()).isFalse();
    assertThat(engine.openTensors()).isEqualTo(before);
  }
}
