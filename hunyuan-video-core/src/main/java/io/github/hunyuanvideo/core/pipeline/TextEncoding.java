package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.PromptEmbeddings;
import io.github.hunyuanvideo.api.Stage;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.api.stage.TextEmbedding;
import io.github.hunyuanvideo.api.stage.TextEncoder;
import io.github.hunyuanvideo.core.torch.Tensor;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Encodes all texts of a request, each once: first with one text encoder, then with the other. */
final class TextEncoding {

  private final StageSlots slots;
  private final Run run;

  TextEncoding(StageSlots slots, Run run) {
    this.slots = slots;
    this.run = run;
  }

  /**
   * What all texts of a request were encoded to.
   *
   * @param embeddings of each prompt
   * @param timings of each encoder; empty if there was nothing to encode
   */
  record Texts(Map<Prompt, PromptEmbeddings> embeddings, Map<Stage, Duration> timings) {

    PromptEmbeddings of(Prompt prompt) {
      return Objects.requireNonNull(embeddings.get(prompt));
    }
  }

  /** What one encoder gave for one prompt. */
  private record Encoded(FloatTensor values, int droppedTokens) {}

  /** What one encoder gave for all prompts. */
  private record Pass(Map<Prompt, Encoded> encoded, Duration duration) {

    Encoded of(Prompt prompt) {
      return Objects.requireNonNull(encoded.get(prompt));
    }
  }

  /** Encodes; opens no encoder if there are no prompts. */
  Texts encode(Collection<Prompt> prompts) {
    if (prompts.isEmpty()) {
      return new Texts(Map.of(), Map.of());
    }
    Pass sequences = encodeWith(slots.textEncoder(), Stage.TEXT_ENCODER, prompts);
    Pass pooled = encodeWith(slots.textEncoder2(), Stage.TEXT_ENCODER_2, prompts);
    Map<Prompt, PromptEmbeddings> embeddings = new LinkedHashMap<>();
    for (Prompt prompt : prompts) {
      Encoded sequence = sequences.of(prompt);
      embeddings.put(
          prompt,
          new PromptEmbeddings(
              sequence.values(), pooled.of(prompt).values(), sequence.droppedTokens()));
    }
    return new Texts(
        embeddings,
        Map.of(Stage.TEXT_ENCODER, sequences.duration(), Stage.TEXT_ENCODER_2, pooled.duration()));
  }

  private Pass encodeWith(StageSlot<TextEncoder> slot, Stage stage, Collection<Prompt> prompts) {
    ProgressReport report = run.report(stage, prompts.size());
    Map<Prompt, Encoded> encoded = new LinkedHashMap<>();
    slot.use(
        encoder -> {
          for (Prompt prompt : prompts) {
            run.cancellation().check();
            encoded.put(prompt, encode(encoder, prompt, stage));
            report.step();
          }
          return encoded;
        });
    return new Pass(encoded, report.finish());
  }

  private Encoded encode(TextEncoder encoder, Prompt prompt, Stage stage) {
    try (RunContext context = run.context()) {
      TextEmbedding embedding = encoder.encode(prompt, context);
      try (Tensor values =
          run.engine().adopt(embedding.values(), "the embedding of the " + stage.label())) {
        return new Encoded(values.toFloatTensor(), embedding.droppedTokens());
      }
    }
  }
}
