package io.github.hunyuanvideo.core.pipeline;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import io.github.hunyuanvideo.api.VideoRequest;
import io.github.hunyuanvideo.api.stage.Branch;
import io.github.hunyuanvideo.api.stage.Denoising;
import io.github.hunyuanvideo.api.stage.Timestep;
import io.github.hunyuanvideo.core.scheduler.FlowMatchingScheduler;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the formulas of both papers, computed here in double precision. */
@ExtendWith(EngineExtension.class)
class ClassifierFreeGuidanceTest {

  private static final int[] SHAPE = {1, 4, 2, 3, 5};
  private static final int SIZE = 120;

  private final TorchEngine engine;
  private final float[] negative = random(1);
  private final float[] positive = random(2);

  ClassifierFreeGuidanceTest(TorchEngine engine) {
    this.engine = engine;
  }

  /** Predicts the given numbers, and notes which branches were asked for. */
  private final class GivenPredictions implements Denoising {

    private final List<Branch> asked = new ArrayList<>();

    @Override
    public NDArray velocity(NDArray latents, Timestep timestep, Branch branch) {
      asked.add(branch);
      return engine.tensor(branch == Branch.POSITIVE ? positive : negative, SHAPE).releaseNdArray();
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"6, 0", "6, 0.7", "6, 1", "1.5, 0.25"})
  void theScaleGoesBeyondThePositiveAndTheRescaleBringsItsSpreadBack(double scale, double share) {
    VideoRequest request = request().guidanceScale(scale).guidanceRescale(share).build();
    compare(request, ScalarType.FLOAT32, expected(scale, share), 1e-6);
  }

  /** Each operation is rounded to 8 bits, as in the official code. */
  @Test
  void inBf16TheResultIsNearAndOfFewBits() {
    VideoRequest request = request().guidanceScale(6).guidanceRescale(0.7).build();
    float[] guided = compare(request, ScalarType.BFLOAT16, expected(6, 0.7), 2e-2);
    for (float value : guided) {
      assertThat(Float.floatToRawIntBits(value) & 0xffff).isZero();
    }
  }

  @Test
  void withoutGuidanceTheNegativeBranchIsNeverComputed() {
    GivenPredictions predictions = new GivenPredictions();
    guided(request().build(), ScalarType.FLOAT32, predictions);
    assertThat(predictions.asked).containsExactly(Branch.POSITIVE);
  }

  private static VideoRequest.Builder request() {
    return VideoRequest.builder().prompt("a cat").size(48, 32).frames(5).steps(2);
  }

  private float[] compare(VideoRequest request, ScalarType type, float[] expected, double limit) {
    float[] guided = guided(request, type, new GivenPredictions());
    try (Tensor actual = engine.tensor(guided, SHAPE);
        Tensor wanted = engine.tensor(expected, SHAPE)) {
      assertThatTensor(actual).isCloseTo(wanted, limit);
    }
    return guided;
  }

  private float[] guided(VideoRequest request, ScalarType type, Denoising denoising) {
    ClassifierFreeGuidance guidance = new ClassifierFreeGuidance(engine, request, type);
    Timestep first = FlowMatchingScheduler.euler().schedule(2, 7).timesteps().get(0);
    try (Tensor latents = engine.tensor(new float[SIZE], SHAPE);
        Tensor velocity = guidance.velocity(denoising, latents.ndArray(), first)) {
      return velocity.toFloats();
    }
  }

  /** n + s (p − n), then φ σ(p)/σ(g) g + (1 − φ) g. */
  private float[] expected(double scale, double share) {
    double[] guided = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      guided[i] = negative[i] + scale * ((double) positive[i] - negative[i]);
    }
    double[] target = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      target[i] = positive[i];
    }
    double ratio = share == 0 ? 1 : spread(target) / spread(guided);
    float[] result = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      result[i] = (float) (share * ratio * guided[i] + (1 - share) * guided[i]);
    }
    return result;
  }

  private static double spread(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  private static float[] random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
