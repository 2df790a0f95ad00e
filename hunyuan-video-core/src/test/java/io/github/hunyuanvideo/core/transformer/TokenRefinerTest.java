package io.github.hunyuanvideo.core.transformer;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;

import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TinyTransformer;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class TokenRefinerTest {

  private static final double LIMIT = 1e-5;

  private final TorchEngine engine;
  private final TensorScope scope = new TensorScope();
  private Golden golden;
  private TokenRefiner refiner;

  TokenRefinerTest(TorchEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open() {
    golden = scope.own(Golden.open(engine, "dit_token_refiner"));
    refiner = new TokenRefiner(scope.own(TinyTransformer.distilled(engine, Precision.FP32)));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void validTokensAloneAreRefinedAsTheMaskedOnesAre(int sample) {
    long valid = Arrays.stream(sample("mask", sample).toLongs()).sum();
    Tensor refined = refined(rows("x", sample, valid), sample);
    assertThatTensor(refined).isCloseTo(rows("out_mask", sample, valid), LIMIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void withoutAMaskEveryTokenIsValid(int sample) {
    Tensor refined = refined(sample("x", sample), sample);
    assertThatTensor(refined).isCloseTo(sample("out_nomask", sample), LIMIT);
  }

  private Tensor refined(Tensor sequence, int sample) {
    var text = refiner.project(sequence);
    scope.own(text.tokens());
    scope.own(text.vector());
    return scope.own(refiner.refine(text, sample("t", sample), () -> {}));
  }

  private Tensor sample(String name, int sample) {
    return scope.own(engine.tensors().slice(golden.get(name), 0, sample, sample + 1));
  }

  private Tensor rows(String name, int sample, long count) {
    return scope.own(engine.tensors().slice(sample(name, sample), 1, 0, count));
  }
}
