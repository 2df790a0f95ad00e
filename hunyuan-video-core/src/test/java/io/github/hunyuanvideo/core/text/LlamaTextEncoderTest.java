package io.github.hunyuanvideo.core.text;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.GenerationCancelledException;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.Precision;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.TextEmbedding;
import io.github.hunyuanvideo.core.checkpoint.Safetensors;
import io.github.hunyuanvideo.core.checkpoint.SafetensorsWriter;
import io.github.hunyuanvideo.core.checkpoint.StoredTensor;
import io.github.hunyuanvideo.core.checkpoint.TensorSource;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.TestStage;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import io.github.hunyuanvideo.core.torch.FileMapping;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(EngineExtension.class)
class LlamaTextEncoderTest {

  private static final LlamaOptions OFFICIAL = LlamaOptions.official();
  private static final int[] GOLDEN_PROMPTS = {0, 1, 8, 9, 11, 12, 15, 25};

  @TempDir Path folder;

  private final TorchEngine engine;

  LlamaTextEncoderTest(TorchEngine engine) {
    this.engine = engine;
  }

  @ParameterizedTest
  @EnumSource(Medium.class)
  void theStatesOfAPromptAreTheOfficialOnes(Medium medium) {
    String kind = medium == Medium.VIDEO ? "video" : "image";
    try (LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        Golden golden = Golden.open(engine, "text_llm")) {
      List<JsonObject> cases = GoldenPrompts.read("tokenize_llm").cases();
      for (int i = 0; i < GOLDEN_PROMPTS.length; i++) {
        String prompt = GoldenPrompts.prompt(cases.get(GOLDEN_PROMPTS[i]));
        try (Tensor states = encode(encoder, new Prompt(prompt, medium));
            Tensor padded =
                engine.tensors().slice(golden.get(kind + "/hidden_state"), 0, i, i + 1);
            Tensor mask =
                engine.tensors().slice(golden.get(kind + "/attention_mask"), 0, i, i + 1)) {
          long valid = Arrays.stream(mask.toLongs()).sum();
          assertThat(states.length(1)).isEqualTo(valid);
          try (Tensor expected = engine.tensors().slice(padded, 1, 0, valid)) {
            assertThatTensor(states).isCloseTo(expected, 1e-5);
          }
        }
      }
    }
  }

  @Test
  void theStatesOfEveryGoldenPromptAreTheOfficialOnes() {
    try (LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        Golden golden = Golden.open(engine, "text_llm_all_prompts")) {
      List<JsonObject> cases = GoldenPrompts.read("tokenize_llm").cases();
      assertThat(cases).hasSize(34);
      for (int i = 0; i < cases.size(); i++) {
        String prompt = GoldenPrompts.prompt(cases.get(i));
        Tensor expected = golden.get("%02d/valid_hidden_state".formatted(i));
        try (Tensor states = encode(encoder, new Prompt(prompt, Medium.VIDEO));
            Tensor rows = engine.program(TestingProgram.class).reshape(states, expected.shape())) {
          assertThatTensor(rows).isCloseTo(expected, 1e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cropped_skip0_norm0, 0, false",
    "cropped_skip1_norm0, 1, false",
    "cropped_skip3_norm0, 3, false",
    "cropped_skip2_norm1, 2, true"
  })
  void otherLayersAndTheFinalNormCanBeChosen(String name, int skipped, boolean norm) {
    LlamaOptions options =
        new LlamaOptions(PromptTemplate.video(), PromptTemplate.image(), 256, skipped, norm);
    assertStates(options, name);
  }

  @Test
  void theDefaultIsTheStateAfterAllButTwoLayersWithoutTheFinalNorm() {
    try (Golden golden = Golden.open(engine, "text_llm_layers");
        Tensor cropped = engine.tensors().slice(golden.get("hidden_states/2"), 1, 95, 106);
        LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        Tensor states = encode(encoder, firstPrompt())) {
      assertThatTensor(states).isCloseTo(cropped, 1e-5);
    }
  }

  @Test
  void everyHiddenStateIsTheOfficialOne() {
    LlamaOptions last =
        new LlamaOptions(PromptTemplate.video(), PromptTemplate.image(), 256, 0, false);
    AtomicInteger state = new AtomicInteger();
    try (Golden golden = Golden.open(engine, "text_llm_layers");
        LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, last, Precision.FP32)) {
      encode(
              encoder,
              firstPrompt(),
              seen ->
                  assertThatTensor(seen)
                      .isCloseTo(golden.get("hidden_states/" + state.getAndIncrement()), 1e-5))
          .close();
    }
    assertThat(state).hasValue(5);
  }

  private void assertStates(LlamaOptions options, String name) {
    try (Golden golden = Golden.open(engine, "text_llm_layers");
        LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, options, Precision.FP32);
        Tensor states = encode(encoder, firstPrompt())) {
      assertThatTensor(states).isCloseTo(golden.get(name), 1e-5);
    }
  }

  /**
   * Looser in half precision, since bf16 has 8 bits and fp16 11. A layer multiplies its input by
   * weights, which PyTorch does in one type only.
   */
  @ParameterizedTest
  @CsvSource({"FP32, FLOAT32, 1e-5", "BF16, BFLOAT16, 2e-2", "FP16, FLOAT16, 3e-3"})
  void thePrecisionIsWhatTheLayersComputeIn(Precision precision, ScalarType type, double limit) {
    AtomicInteger states = new AtomicInteger();
    try (LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, OFFICIAL, precision);
        Golden golden = Golden.open(engine, "text_llm_layers");
        Tensor expected = engine.tensors().slice(golden.get("hidden_states/2"), 1, 95, 106);
        Tensor encoded =
            encode(
                encoder,
                firstPrompt(),
                state -> {
                  states.incrementAndGet();
                  assertThatTensor(state).hasType(type);
                })) {
      assertThatTensor(encoded).hasType(ScalarType.FLOAT32).isCloseTo(expected, limit);
    }
    assertThat(states).hasValue(2 + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "model.", "language_model.model.", "model.language_model."})
  void theModelIsFoundAloneAndInsideOfALlavaModelWhoseVisionIsPassedOver(String prefix)
      throws IOException {
    copyWith(
        name ->
            name.startsWith("model.")
                ? prefix + name.substring("model.".length())
                : prefix.contains("language") ? "language_model." + name : name);
    try (LlamaTextEncoder original = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        LlamaTextEncoder copy = TinyTextEncoders.llama(engine, folder, OFFICIAL, Precision.FP32);
        Tensor expected = encode(original, firstPrompt());
        Tensor states = encode(copy, firstPrompt())) {
      assertThatTensor(states).isIdenticalTo(expected);
    }
  }

  @Test
  void layersBehindTheOneThatIsUsedMayBeMissing() throws IOException {
    copyWith(name -> name.contains("layers.2.") || name.contains("layers.3.") ? "" : name);
    try (LlamaTextEncoder original = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        LlamaTextEncoder copy = TinyTextEncoders.llama(engine, folder, OFFICIAL, Precision.FP32);
        Tensor expected = encode(original, firstPrompt());
        Tensor states = encode(copy, firstPrompt())) {
      assertThatTensor(states).isIdenticalTo(expected);
    }
  }

  @Test
  void aLayerThatIsUsedMustBeThere() throws IOException {
    copyWith(name -> name.contains("layers.1.mlp.up_proj") ? "" : name);
    assertThatThrownBy(() -> TinyTextEncoders.llama(engine, folder, OFFICIAL, Precision.FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining("layers.1.mlp.up_proj.weight");
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers.x.mlp", "layers.", "layers.99999999999.mlp", "layers.-1.mlp"})
  void aLayerThatHasNoNumberIsRefusedAsSurplus(String name) throws IOException {
    copyWith(original -> original.contains("layers.3.mlp.up_proj") ? "model." + name : original);
    assertThatThrownBy(() -> TinyTextEncoders.llama(engine, folder, OFFICIAL, Precision.FP32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors")
        .hasMessageContaining(name);
  }

  @Test
  void cancellingTakesEffectBeforeTheNextLayerAndFreesEverything() {
    long before = engine.openTensors();
    try (LlamaTextEncoder encoder = TinyTextEncoders.llama(engine, OFFICIAL, Precision.FP32);
        TestStage stage = TestStage.cancelledAt(engine, 2)) {
      assertThatThrownBy(() -> encoder.encode(firstPrompt(), stage))
          .isInstanceOf(GenerationCancelledException.class);
      assertThat(stage.checks()).isEqualTo(2);
    }
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  private static Prompt firstPrompt() {
    return Prompt.forVideo("A cat walks on the grass, realistic style.");
  }

  private Tensor encode(LlamaTextEncoder encoder, Prompt prompt) {
    return encode(encoder, prompt, state -> {});
  }

  private Tensor encode(LlamaTextEncoder encoder, Prompt prompt, Consumer<Tensor> watcher) {
    try (TestStage stage = TestStage.of(engine)) {
      TextEmbedding embedding = encoder.encode(prompt, stage, watcher);
      return engine.adopt(embedding.values(), "states");
    }
  }

  /**
   * Writes the tiny model into one file under other names; an empty name leaves a tensor out.
   * Vision tensors are added.
   */
  private void copyWith(UnaryOperator<String> naming) throws IOException {
    Path original = Golden.path("tiny-ckpts/text_encoder");
    TensorSource source = Safetensors.open(original, List.of("model"), "");
    SafetensorsWriter writer = new SafetensorsWriter();
    for (StoredTensor stored : source.tensors().values()) {
      String name = naming.apply(stored.name());
      if (!name.isEmpty()) {
        try (FileMapping mapping = new FileMapping(engine, stored.file().path());
            Tensor tensor =
                mapping.tensor(stored.offset(), stored.type(), stored.shape(), stored.strides())) {
          writer.add(name, tensor.toFloatTensor());
        }
      }
    }
    if (source.tensors().keySet().stream().noneMatch(name -> naming.apply(name).equals(name))) {
      writer.add("vision_tower.vision_model.embeddings.class_embedding", new byte[4], 4);
      writer.add("multi_modal_projector.linear_1.weight", new byte[4], 2, 2);
    }
    writer.write(folder.resolve("model.safetensors"));
    for (String file : List.of("config.json", "tokenizer.json")) {
      Files.copy(original.resolve(file), folder.resolve(file));
    }
  }
}
