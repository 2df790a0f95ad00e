package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import java.util.EnumSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a tensor offers works for every element type, DJL's and the others. */
@ExtendWith(EngineExtension.class)
class ElementTypesTest {

  private final TorchEngine engine;
  private final TensorScope scope = new TensorScope();
  private long before;

  ElementTypesTest(TorchEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void count() {
    before = engine.openTensors();
  }

  @AfterEach
  void everythingIsClosed() {
    scope.close();
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  /** 0, 1; 1, 0: in every type, BOOL included. */
  private Tensor matrix(ScalarType type) {
    Tensor floats = scope.own(engine.tensor(new float[] {0, 1, 1, 0}, 2, 2));
    return scope.own(floats.to(type));
  }

  @ParameterizedTest
  @EnumSource
  void shapeTypeAndNumbersAreThere(ScalarType type) {
    Tensor matrix = matrix(type);
    assertThat(matrix.type()).isEqualTo(type);
    assertThat(matrix.shape()).containsExactly(2, 2);
    assertThat(matrix.rank()).isEqualTo(2);
    assertThat(matrix.size()).isEqualTo(4);
    assertThat(matrix.length(0)).isEqualTo(2);
    assertThat(matrix.length(-1)).isEqualTo(2);
    assertThat(matrix.toFloats()).containsExactly(0, 1, 1, 0);
    assertThat(matrix.toFloatTensor().shape()).containsExactly(2, 2);
    assertThat(matrix).hasToString("Tensor " + type + " [2, 2]");
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeBecomesEveryOther(ScalarType from) {
    Tensor matrix = matrix(from);
    for (ScalarType to : ScalarType.values()) {
      Tensor converted = scope.own(matrix.to(to));
      assertThat(converted.type()).isEqualTo(to);
      assertThat(converted.toFloats()).as("%s to %s", from, to).containsExactly(0, 1, 1, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aViewWithGapsGivesItsOwnNumbers(ScalarType type) {
    Tensor turned = scope.own(engine.program(TestingProgram.class).transpose(matrix(type), 0, 1));
    Tensor column = scope.own(engine.tensors().slice(turned, 1, 1, 2));
    assertThat(column.type()).isEqualTo(type);
    assertThat(column.shape()).containsExactly(2, 1);
    assertThat(column.toFloats()).containsExactly(1, 0);
    Tensor copy = scope.own(engine.tensors().copy(column, "cpu"));
    assertThat(copy.type()).isEqualTo(type);
    assertThat(copy.toFloats()).containsExactly(1, 0);
  }

  @ParameterizedTest
  @EnumSource
  void aSingleNumberHasNoAxes(ScalarType type) {
    Tensor row =
        scope.own(engine.program(TestingProgram.class).reshape(matrix(type), new long[] {4}));
    Tensor second = scope.own(engine.tensors().slice(row, 0, 1, 2));
    Tensor number = scope.own(engine.program(TestingProgram.class).reshape(second, new long[0]));
    assertThat(number.rank()).isZero();
    assertThat(number.shape()).isEmpty();
    assertThat(number.size()).isEqualTo(1);
    assertThat(number.item()).isEqualTo(1);
    assertThat(number).hasToString("Tensor " + type + " []");
    assertThatThrownBy(row::item)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("4 numbers");
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsAFineNumberOfNumbers(ScalarType type) {
    Tensor nothing = scope.own(engine.tensors().slice(matrix(type), 0, 0, 0));
    assertThat(nothing.shape()).containsExactly(0, 2);
    assertThat(nothing.size()).isZero();
    assertThat(nothing.toFloats()).isEmpty();
    assertThat(nothing.toFloatTensor().size()).isZero();
    Tensor converted = scope.own(nothing.to(ScalarType.INT64));
    assertThat(converted.toLongs()).isEmpty();
    Tensor bytes = scope.own(nothing.to(ScalarType.UINT8));
    assertThat(bytes.toBytes()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatDjlDoesNotKnowStaysInside(ScalarType type) {
    Tensor matrix = matrix(type);
    EnumSet<ScalarType> unknown =
        EnumSet.of(
            ScalarType.INT16,
            ScalarType.BFLOAT16,
            ScalarType.FLOAT8_E4M3FN,
            ScalarType.FLOAT8_E5M2);
    assertThat(type.isKnownToDjl()).isEqualTo(!unknown.contains(type));
    if (type.isKnownToDjl()) {
      assertThat(ScalarType.ofDjl(matrix.ndArray().getDataType())).contains(type);
      return;
    }
    assertThatThrownBy(matrix::ndArray)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(type.name())
        .hasMessageContaining("to(FLOAT32)");
    assertThatThrownBy(matrix::releaseNdArray).isInstanceOf(IllegalStateException.class);
    assertThat(matrix.isOpen()).as("it still belongs to its owner").isTrue();
    assertThatThrownBy(() -> engine.view(matrix.handle(), "latents"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("latents must be float32");
  }

  @ParameterizedTest
  @EnumSource
  void wholeNumbersAreReadAsWhatTheyAre(ScalarType type) {
    Tensor matrix = matrix(type);
    if (type == ScalarType.INT64) {
      assertThat(matrix.toLongs()).containsExactly(0, 1, 1, 0);
    } else {
      assertThatThrownBy(matrix::toLongs)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("INT64 is needed, got Tensor " + type);
    }
    if (type == ScalarType.UINT8) {
      assertThat(matrix.toBytes()).containsExactly(0, 1, 1, 0);
    } else {
      assertThatThrownBy(matrix::toBytes)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("UINT8 is needed, got Tensor " + type);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTypeHasTheSizeThatItSays(ScalarType type) {
    // Read as bytes, a tensor has as many as its type says.
    Tensor row =
        scope.own(engine.program(TestingProgram.class).reshape(matrix(type), new long[] {4}));
    Tensor bytes = scope.own(engine.tensors().reinterpret(row, ScalarType.UINT8.code()));
    assertThat(bytes.size()).isEqualTo(4L * type.bytes());
    assertThat(ScalarType.ofSafetensorsName(type.safetensorsName())).contains(type);
    assertThat(ScalarType.ofCode(type.code())).isEqualTo(type);
  }
}
