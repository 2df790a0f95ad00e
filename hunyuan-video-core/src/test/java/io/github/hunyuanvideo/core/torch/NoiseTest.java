package io.github.hunyuanvideo.core.torch;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class NoiseTest {

  private static final Pattern BATCH = Pattern.compile("seed(\\d+)_([\\dx]+)_(\\w+)");
  private static final Pattern ROW = Pattern.compile("(randn|rand)_seed(\\d+)_first(\\d+)");

  private static final Map<String, ScalarType> TYPES =
      Map.of("fp32", ScalarType.FLOAT32, "fp16", ScalarType.FLOAT16, "bf16", ScalarType.BFLOAT16);

  private final TorchEngine engine;

  NoiseTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void everyGoldenNumberIsDrawnBitForBit() {
    try (Golden golden = Golden.open(engine, "noise")) {
      assertThat(golden.names()).hasSizeGreaterThanOrEqualTo(19);
      for (String name : golden.names()) {
        try (Tensor drawn = drawn(name)) {
          assertThatTensor(drawn).as(name).isDrawnAs(golden.get(name));
        }
      }
    }
  }

  /** What a name says: {@code seed7_2x16x2x2x2_fp16} or {@code randn_seed42_first8}. */
  private Tensor drawn(String name) {
    Matcher batch = BATCH.matcher(name);
    if (batch.matches()) {
      long[] shape = Arrays.stream(batch.group(2).split("x")).mapToLong(Long::parseLong).toArray();
      ScalarType type = TYPES.getOrDefault(batch.group(3), ScalarType.INT8);
      return batch(shape, Long.parseLong(batch.group(1)), type);
    }
    Matcher row = ROW.matcher(name);
    assertThat(row.matches()).as("%s is of a known kind", name).isTrue();
    long[] shape = {Long.parseLong(row.group(3))};
    long seed = Long.parseLong(row.group(2));
    return row.group(1).equals("randn")
        ? engine.noise().normal(shape, seed, ScalarType.FLOAT32)
        : engine.program(TestingProgram.class).uniform(shape, seed);
  }

  /** Each sample of a batch has a generator of its own, seeded with the next number. */
  private Tensor batch(long[] shape, long seed, ScalarType type) {
    long[] one = shape.clone();
    one[0] = 1;
    List<Tensor> samples =
        Stream.iterate(0, i -> i + 1)
            .limit(shape[0])
            .map(i -> engine.noise().normal(one, seed + i, type))
            .toList();
    try (TensorScope scope = new TensorScope()) {
      samples.forEach(scope::own);
      return engine.tensors().concatenate(samples, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void inASmallTypeTheNumbersAreThoseOfFloat32Rounded(ScalarType type) {
    for (long length : new long[] {1, 15, 16, 20, 1000}) {
      try (Tensor wide = engine.noise().normal(new long[] {length}, 1, ScalarType.FLOAT32);
          Tensor rounded = wide.to(type);
          Tensor drawn = engine.noise().normal(new long[] {length}, 1, type)) {
        assertThatTensor(drawn).isIdenticalTo(rounded);
      }
    }
  }

  @Test
  void aSeedGivesTheSameNumbersWhateverWasDrawnBefore() {
    long[] shape = {3, 7};
    try (Tensor first = engine.noise().normal(shape, 5, ScalarType.FLOAT32);
        Tensor other = engine.noise().normal(shape, 6, ScalarType.FLOAT32);
        Tensor again = engine.noise().normal(shape, 5, ScalarType.FLOAT32)) {
      assertThatTensor(again).isIdenticalTo(first);
      assertThat(other.toFloats()).isNotEqualTo(first.toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, 42L << 32 | 7})
  void ofASeedTheLowest32BitsCountAsInPyTorch(long seed) {
    long[] shape = {20};
    try (Tensor drawn = engine.noise().normal(shape, seed, ScalarType.FLOAT32);
        Tensor expected =
            engine.noise().normal(shape, Integer.toUnsignedLong((int) seed), ScalarType.FLOAT32)) {
      assertThatTensor(drawn).isIdenticalTo(expected);
    }
  }
}
