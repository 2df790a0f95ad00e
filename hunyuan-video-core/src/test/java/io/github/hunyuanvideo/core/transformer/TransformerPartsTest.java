package io.github.hunyuanvideo.core.transformer;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.testing.TinyTransformer;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorMap;
import io.github.hunyuanvideo.core.torch.TensorScope;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.ProjectedText;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.SingleBlockParts;
import io.github.hunyuanvideo.core.transformer.TransformerProgram.Streams;
import io.github.hunyuanvideo.core.weights.BlockId;
import io.github.hunyuanvideo.core.weights.WeightStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each part against what hooks in the official model saw, in float32. The golden batch of two
 * samples with 5 and 17 valid text tokens is computed sample by sample without the padding, whose
 * rows are not compared.
 */
@ExtendWith(EngineExtension.class)
class TransformerPartsTest {

  private static final double LIMIT = 1e-5;

  private static final int HEADS = 4;
  private static final int[] TOKENS = {5, 17};
  private static final long[] GRID = {2, 2, 3};

  private final TorchEngine engine;
  private final TransformerProgram program;
  private final TensorScope scope = new TensorScope();
  private Golden golden;
  private WeightStore weights;

  TransformerPartsTest(TorchEngine engine) {
    this.engine = engine;
    this.program = engine.program(TransformerProgram.class);
  }

  @BeforeEach
  void open() {
    golden = scope.own(Golden.open(engine, "dit_submodules"));
    weights = scope.own(TinyTransformer.weights(engine, Precision.FP32));
  }

  @AfterEach
  void close() {
    scope.close();
  }

  static IntStream samples() {
    return IntStream.of(0, 1);
  }

  static Stream<Arguments> samplesAndBlocks(int blocks) {
    return IntStream.range(0, 2)
        .boxed()
        .flatMap(sample -> IntStream.range(0, blocks).mapToObj(i -> Arguments.of(sample, i)));
  }

  static Stream<Arguments> samplesAndTwoBlocks() {
    return samplesAndBlocks(2);
  }

  static Stream<Arguments> samplesAndThreeBlocks() {
    return samplesAndBlocks(3);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void patchesBecomeTokens(int sample) {
    Tensor tokens = scope.own(program.embedPatches(sample("img_in/in_x", sample), block("img_in")));
    assertThatTensor(tokens).isCloseTo(sample("img_in/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aTimeIsEmbedded(int sample) {
    Tensor embedded =
        scope.own(program.embedValue(sample("time_in/in_x", sample), block("time_in"), "mlp"));
    assertThatTensor(embedded).isCloseTo(sample("time_in/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aGuidanceScaleIsEmbedded(int sample) {
    Tensor embedded =
        scope.own(
            program.embedValue(sample("guidance_in/in_x", sample), block("guidance_in"), "mlp"));
    boolean large = golden.floats("guidance_in/in_x")[sample] == DoubtfulFrequency.LARGE_VALUE;
    assertThatTensor(embedded).isCloseTo(sample("guidance_in/out", sample), large ? 3e-5 : LIMIT);
  }

  /** Guidance scales are 6000 and 3500, rows 6 and 7 of the sinusoidal embeddings. */
  @ParameterizedTest
  @MethodSource("samples")
  void theOfficialAnglesGiveTheOfficialEmbeddingOfAGuidanceScale(int sample) {
    TensorMap w = block("guidance_in");
    TensorMap renamed =
        scope.own(
            TensorMap.of(
                engine,
                Map.of(
                    "in_layer.weight", engine.tensors().copy(w.get("mlp.0.weight"), "cpu"),
                    "in_layer.bias", engine.tensors().copy(w.get("mlp.0.bias"), "cpu"),
                    "out_layer.weight", engine.tensors().copy(w.get("mlp.2.weight"), "cpu"),
                    "out_layer.bias", engine.tensors().copy(w.get("mlp.2.bias"), "cpu"))));
    assertThat(golden.floats("timestep_values")[6 + sample])
        .isEqualTo(golden.floats("guidance_in/in_x")[sample]);
    Tensor angles = sample("timestep_values_embedding_256", 6 + sample);
    assertThatTensor(scope.own(program.embedPooled(angles, renamed)))
        .isCloseTo(sample("guidance_in/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void thePooledTextIsEmbedded(int sample) {
    Tensor embedded =
        scope.own(program.embedPooled(sample("vector_in/in_x", sample), block("vector_in")));
    assertThatTensor(embedded).isCloseTo(sample("vector_in/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void textIsProjected(int sample) {
    ProjectedText text = program.projectText(text("txt_in/in_x", sample), block("txt_in"));
    scope.own(text.tokens());
    scope.own(text.vector());
    assertThatTensor(text.tokens()).isCloseTo(text("txt_in.input_embedder/out", sample), LIMIT);
    assertThatTensor(text.vector()).isCloseTo(sample("txt_in.c_embedder/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samplesAndTwoBlocks")
  void textIsRefined(int sample, int index) {
    String name = "txt_in.individual_token_refiner.blocks." + index;
    Tensor refined =
        scope.own(
            program.refineText(
                text(name + "/in_x", sample), sample(name + "/in_c", sample), block(name), HEADS));
    assertThatTensor(refined).isCloseTo(text(name + "/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samplesAndTwoBlocks")
  void aDoubleStreamBlockAgreesInOneCallAndInParts(int sample, int index) {
    String name = "double_blocks." + index;
    Tensor image = sample(name + "/in_img", sample);
    Tensor text = text(name + "/in_txt", sample);
    Tensor vec = sample(name + "/in_vec", sample);
    TensorMap w = block(name);
    Streams whole = scope.own(program.doubleBlock(image, text, vec, w, rotation(), HEADS));
    assertThatTensor(whole.image()).isCloseTo(sample(name + "/out_img", sample), LIMIT);
    assertThatTensor(whole.text()).isCloseTo(text(name + "/out_txt", sample), LIMIT);

    Streams mod = scope.own(program.doubleBlockModulation(vec, w));
    Qkv qkv =
        scope.own(
            program.doubleBlockQkv(image, text, mod.image(), mod.text(), w, rotation(), HEADS));
    Tensor attended = scope.own(program.attend(qkv.q(), qkv.k(), qkv.v()));
    Streams parts =
        scope.own(program.doubleBlockOut(image, text, attended, mod.image(), mod.text(), w));
    assertThatTensor(parts.image()).isIdenticalTo(whole.image());
    assertThatTensor(parts.text()).isIdenticalTo(whole.text());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void modulationIsShiftScaleGateOfAttentionThenOfTheMlp(int sample) {
    Streams mod =
        scope.own(
            program.doubleBlockModulation(
                sample("double_blocks.0.img_mod/in_x", sample), block("double_blocks.0")));
    Tensor image =
        scope.own(engine.program(TestingProgram.class).reshape(mod.image(), new long[] {1, -1}));
    Tensor text =
        scope.own(engine.program(TestingProgram.class).reshape(mod.text(), new long[] {1, -1}));
    assertThatTensor(image).isCloseTo(sample("double_blocks.0.img_mod/out", sample), LIMIT);
    assertThatTensor(text).isCloseTo(sample("double_blocks.0.txt_mod/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aSingleStreamBlockHasOneShiftScaleAndGate(int sample) {
    String name = "single_blocks.0.modulation";
    Tensor mod =
        scope.own(
            program.singleBlockModulation(
                sample(name + "/in_x", sample), block("single_blocks.0")));
    Tensor row = scope.own(engine.program(TestingProgram.class).reshape(mod, new long[] {1, -1}));
    assertThatTensor(row).isCloseTo(sample(name + "/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samplesAndThreeBlocks")
  void aSingleStreamBlockAgreesInOneCallAndInParts(int sample, int index) {
    String name = "single_blocks." + index;
    Tensor tokens = joint(name + "/in_x", sample);
    Tensor vec = sample(name + "/in_vec", sample);
    TensorMap w = block(name);
    Tensor whole = scope.own(program.singleBlock(tokens, vec, w, rotation(), HEADS));
    assertThatTensor(whole).isCloseTo(joint(name + "/out", sample), LIMIT);

    Tensor mod = scope.own(program.singleBlockModulation(vec, w));
    SingleBlockParts parts = program.singleBlockQkv(tokens, mod, w, rotation(), HEADS);
    scope.own(new Qkv(parts.q(), parts.k(), parts.v()));
    scope.own(parts.mlp());
    Tensor attended = scope.own(program.attend(parts.q(), parts.k(), parts.v()));
    assertThatTensor(scope.own(program.singleBlockOut(tokens, attended, parts.mlp(), mod, w)))
        .isIdenticalTo(whole);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void theFinalLayerPredictsPatchesInTheOfficialOrder(int sample) {
    Tensor predicted =
        scope.own(
            program.finalLayer(
                sample("final_layer/in_x", sample),
                sample("final_layer/in_vec", sample),
                block("final_layer"),
                GRID));
    // The hook saw tokens (1, S, 16 · 1 · 2 · 2), channel slowest; cutting the prediction into
    // patches gives them back.
    Tensor w = scope.own(identity(64));
    TensorMap identity = scope.own(TensorMap.of(engine, Map.of("proj.weight", w)));
    Tensor patches = scope.own(program.embedPatches(predicted, identity));
    assertThatTensor(patches).isCloseTo(sample("final_layer/out", sample), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void attentionSeesTheImageAndTheValidTextAlone(int sample) {
    long valid = 12;
    long text = 0;
    for (long one : sample("attn/text_mask", sample).toLongs()) {
      text += one;
    }
    long length = valid + text;
    Tensor attended =
        scope.own(
            program.attend(
                headsFirst("attn/q", sample, length),
                headsFirst("attn/k", sample, length),
                headsFirst("attn/v", sample, length)));
    Tensor expected = sample("attn/out", sample);
    Tensor tokensFirst = scope.own(engine.program(TestingProgram.class).transpose(attended, 1, 2));
    Tensor merged =
        scope.own(
            engine.program(TestingProgram.class).reshape(tokensFirst, new long[] {1, length, 64}));
    assertThatTensor(merged)
        .isCloseTo(scope.own(engine.tensors().slice(expected, 1, 0, length)), LIMIT);
  }

  @ParameterizedTest
  @MethodSource("guidanceValues")
  void guidanceIsTheScaleTimesAThousandInTheModelsPrecision(
      double scale, Precision precision, double expected) {
    try (Tensor value = program.guidanceValue(scale, ScalarType.of(precision).code(), "cpu")) {
      assertThat(value.item()).isEqualTo((float) expected);
    }
  }

  static Stream<Arguments> guidanceValues() throws IOException {
    JsonObject values =
        JsonParser.parseString(Files.readString(Golden.path("golden/guidance_values.json")))
            .getAsJsonObject()
            .getAsJsonObject("values");
    return values.entrySet().stream()
        .flatMap(
            scale ->
                scale.getValue().getAsJsonObject().entrySet().stream()
                    .map(
                        entry ->
                            Arguments.of(
                                Double.parseDouble(scale.getKey()),
                                Precision.parse(entry.getKey()),
                                entry.getValue().getAsDouble())));
  }

  @ParameterizedTest
  @CsvSource({
    "timestep_values, timestep_values_embedding_256",
    "time_in/in_x, timestep_embedding_256"
  })
  void aTimeBecomesCosinesThenSines(String values, String embedding) {
    Tensor sinusoid = scope.own(program.sinusoid(golden.get(values), 256));
    assertThatTensor(withoutDoubtfulFrequency(sinusoid))
        .isCloseTo(withoutDoubtfulFrequency(golden.get(embedding)), 1e-6);
  }

  private Tensor withoutDoubtfulFrequency(Tensor sinusoid) {
    int sine = DoubtfulFrequency.COUNT + DoubtfulFrequency.COLUMN;
    return scope.own(
        engine
            .tensors()
            .concatenate(
                List.of(
                    columns(sinusoid, 0, DoubtfulFrequency.COLUMN),
                    columns(sinusoid, DoubtfulFrequency.COLUMN + 1, sine),
                    columns(sinusoid, sine + 1, 256)),
                1));
  }

  private Tensor columns(Tensor sinusoid, int start, int end) {
    return scope.own(engine.tensors().slice(sinusoid, 1, start, end));
  }

  @Test
  void theOneFrequencyThatDiffersIsRoundedToTheNearestNumberWhereTheOfficialOneIsNot() {
    double nearest = Math.abs(DoubtfulFrequency.TRUE - DoubtfulFrequency.NEAREST);
    double official = Math.abs(DoubtfulFrequency.TRUE - DoubtfulFrequency.OFFICIAL);
    assertThat(nearest).isLessThan(official);

    float[] values = golden.floats("timestep_values");
    float[] ours = scope.own(program.sinusoid(golden.get("timestep_values"), 256)).toFloats();
    float[] theirs = golden.floats("timestep_values_embedding_256");
    for (int i = 0; i < values.length; i++) {
      int cosine = i * 256 + DoubtfulFrequency.COLUMN;
      int sine = cosine + DoubtfulFrequency.COUNT;
      assertThat(ours[cosine])
          .isCloseTo((float) Math.cos(values[i] * DoubtfulFrequency.NEAREST), within(1e-6f));
      assertThat(ours[sine])
          .isCloseTo((float) Math.sin(values[i] * DoubtfulFrequency.NEAREST), within(1e-6f));
      assertThat(theirs[cosine])
          .isCloseTo((float) Math.cos(values[i] * DoubtfulFrequency.OFFICIAL), within(1e-6f));
      assertThat(theirs[sine])
          .isCloseTo((float) Math.sin(values[i] * DoubtfulFrequency.OFFICIAL), within(1e-6f));
    }
  }

  private Tensor rotation() {
    return scope.own(
        RotaryEmbedding.of(TinyTransformer.config()).table(engine, GRID, ComputeDevice.cpu()));
  }

  private TensorMap block(String prefix) {
    return scope.own(weights.acquire(new BlockId(prefix), ComputeDevice.cpu())).tensors();
  }

  private Tensor sample(String name, int sample) {
    return scope.own(engine.tensors().slice(golden.get(name), 0, sample, sample + 1));
  }

  /** The valid rows of text tokens. */
  private Tensor text(String name, int sample) {
    return scope.own(engine.tensors().slice(sample(name, sample), 1, 0, TOKENS[sample]));
  }

  /** Image tokens and the valid text tokens behind them. */
  private Tensor joint(String name, int sample) {
    return scope.own(engine.tensors().slice(sample(name, sample), 1, 0, 12 + TOKENS[sample]));
  }

  /** (1, L, heads, d) to (1, heads, length, d). */
  private Tensor headsFirst(String name, int sample, long length) {
    Tensor tokens = scope.own(engine.tensors().slice(sample(name, sample), 1, 0, length));
    return scope.own(engine.program(TestingProgram.class).transpose(tokens, 1, 2));
  }

  private Tensor identity(int size) {
    float[] values = new float[size * size];
    for (int i = 0; i < size; i++) {
      values[i * size + i] = 1;
    }
    return engine.tensor(values, size, size);
  }
}
