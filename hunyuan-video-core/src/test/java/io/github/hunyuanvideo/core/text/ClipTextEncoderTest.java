package io.github.hunyuanvideo.core.text;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.checkpoint.ConfigFile;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestStage;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class ClipTextEncoderTest {

  @TempDir Path folder;

  private final TorchEngine engine;

  ClipTextEncoderTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void thePooledStateOfGivenIdsIsTheOfficialOne() {
    try (ClipTextEncoder encoder = TinyTextEncoders.clip(engine, Precision.FP32);
        Golden golden = Golden.open(engine, "text_clip");
        TestStage stage = TestStage.of(engine)) {
      for (int i = 0; i < 34; i++) {
        try (Tensor ids = engine.tensors().slice(golden.get("input_ids"), 0, i, i + 1);
            Tensor pooled = encoder.pooled(ids.toLongs(), stage);
            Tensor expected = engine.tensors().slice(golden.get("pooler_output"), 0, i, i + 1)) {
          assertThatTensor(pooled).isCloseTo(expected, 1e-5);
        }
      }
    }
  }

  @Test
  void aPromptHasTheIdsOfTheTokenizerFileAndPaddingChangesNothing() {
    List<JsonObject> cases = GoldenPrompts.read("tokenize_clip").cases();
    try (ClipTextEncoder encoder = TinyTextEncoders.clip(engine, Precision.FP32);
        TestStage stage = TestStage.of(engine)) {
      for (JsonObject golden : cases) {
        try (Tensor encoded =
                engine.adopt(
                    encoder.encode(Prompt.forVideo(GoldenPrompts.prompt(golden)), stage).values(),
                    "pooled");
            Tensor expected = encoder.pooled(GoldenPrompts.ids(golden, "fast_ids"), stage);
            Tensor padded = encoder.pooled(padded(golden), stage)) {
          assertThatTensor(encoded).isIdenticalTo(expected);
          assertThatTensor(padded).isCloseTo(expected, 1e-5);
        }
      }
    }
  }

  private static long[] padded(JsonObject golden) {
    long[] ids = GoldenPrompts.ids(golden, "fast_ids");
    long[] padded = Arrays.copyOf(ids, 77);
    Arrays.fill(padded, ids.length, 77, 793);
    return padded;
  }

  /** Looser, since bf16 has 8 bits and fp16 11. */
  @ParameterizedTest
  @CsvSource({"BF16, 2e-2", "FP16, 3e-3"})
  void inHalfPrecisionThePooledStateStaysNear(Precision precision, double limit) {
    long[] ids = {792, 320, 554, 547, 517, 793};
    try (ClipTextEncoder exact = TinyTextEncoders.clip(engine, Precision.FP32);
        ClipTextEncoder half = TinyTextEncoders.clip(engine, precision);
        TestStage stage = TestStage.of(engine);
        Tensor expected = exact.pooled(ids, stage);
        Tensor pooled = half.pooled(ids, stage)) {
      assertThatTensor(pooled).isCloseTo(expected, limit);
      assertThat(pooled.toFloats()).isNotEqualTo(expected.toFloats());
    }
  }

  @Test
  void theStateIsTakenAtTheHighestIdOrAtTheFirstEndOfText() {
    assertThat(config(2).pooledPosition(new long[] {5, 9, 3, 9, 9})).isEqualTo(1);
    assertThat(config(3).pooledPosition(new long[] {5, 9, 3, 9, 3})).isEqualTo(2);
    assertThat(config(7).pooledPosition(new long[] {5, 9, 3})).isZero();
  }

  private static ClipConfig config(int endOfText) {
    return new ClipConfig(10, 32, 3, 2, 64, 77, 1e-5, "quick_gelu", endOfText);
  }

  @Test
  void cancellingTakesEffectBeforeTheNextLayerAndFreesEverything() {
    long before = engine.openTensors();
    try (ClipTextEncoder encoder = TinyTextEncoders.clip(engine, Precision.FP32);
        TestStage stage = TestStage.cancelledAt(engine, 3)) {
      assertThatThrownBy(() -> encoder.encode(Prompt.forVideo("A cat"), stage))
          .isInstanceOf(GenerationCancelledException.class);
    }
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"model\": 3}", "{\"version\": \"1.0\"}"})
  void aBrokenTokenizerIsNamed(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    try (Vocabulary vocabulary = Vocabulary.of(new CheckpointFile(file, ""))) {
      assertThatThrownBy(() -> vocabulary.ids("A cat"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("tokenizer");
    }
  }

  @Test
  void anUnknownActivationIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), "{\"hidden_act\": \"relu\"}");
    assertThatThrownBy(() -> ClipConfig.of(ConfigFile.read(file, "")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("hidden_act")
        .hasMessageContaining("relu");
  }
}
