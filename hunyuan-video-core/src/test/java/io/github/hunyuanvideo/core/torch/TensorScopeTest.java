package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class TensorScopeTest {

  private final TorchEngine engine;

  TensorScopeTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void whatIsOwnedIsClosedTheLastFirst() {
    List<Integer> closed = new ArrayList<>();
    try (TensorScope scope = new TensorScope()) {
      for (int i = 1; i <= 3; i++) {
        int number = i;
        AutoCloseable closeable = () -> closed.add(number);
        assertThat(scope.own(closeable)).isSameAs(closeable);
      }
      assertThat(closed).isEmpty();
    }
    assertThat(closed).containsExactly(3, 2, 1);
  }

  @Test
  void tensorsAreClosedWhateverHappensOnTheWay() {
    long before = engine.openTensors();
    assertThatThrownBy(
            () -> {
              try (TensorScope scope = new TensorScope()) {
                scope.own(engine.tensor(new float[] {1}, 1));
                scope.own(engine.tensor(new float[] {2}, 1));
                assertThat(engine.openTensors()).isEqualTo(before + 2);
                throw new UnsupportedOperationException("on the way");
              }
            })
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("on the way");
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  @Test
  void whatFailsToCloseIsReportedAndDoesNotKeepTheRestOpen() {
    TensorScope scope = new TensorScope();
    Tensor tensor = scope.own(engine.tensor(new float[] {1}, 1));
    AutoCloseable failing =
        () -> {
          throw new UnsupportedOperationException("stuck");
        };
    scope.own(failing);
    assertThatThrownBy(scope::close)
        .isInstanceOf(IllegalStateException.class)
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1))
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("stuck"));
    assertThat(tensor.isOpen()).isFalse();
    scope.close();
  }
}
