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
  private final Map<Stage, Duration> timings;

  /**
   * Prepares the stage.
   *
   * @param timings where the time of each encoder is put
   */
  TextEncoding(StageSlots slots, Run run, Map<Stage, Duration> timings) {
    this.slots = slots;
    this.run = run;
    this.timings = timings;
  }

  private record Encoded(FloatTensor values, int droppedTokens) {}

  /** The embeddings of each prompt; opens no encoder if there is none. */
  Map<Prompt, PromptEmbeddings> encode(Collection<Prompt> prompts) {
    if (prompts.isEmpty()) {
      return Map.of();
    }
    Map<Prompt, Encoded> sequences = encodeWith(slots.textEncoder(), Stage.TEXT_ENCODER, prompts);
    Map<Prompt, Encoded> pooled = encodeWith(slots.textEncoder2(), Stage.TEXT_ENCODER_2, prompts);
    Map<Prompt, PromptEmbeddings> embeddings = new LinkedHashMap<>();
    sequences.forEach(
        (prompt, sequence) ->
            embeddings.put(
                prompt,
                new PromptEmbeddings(
                    sequence.values(),
                    Objects.requireNonNull(pooled.get(prompt)).values(),
                    sequence.droppedTokens())));
    return embeddings;
  }

  private Map<Prompt, Encoded> encodeWith(
      StageSlot<TextEncoder> slot, Stage stage, Collection<Prompt> prompts) {
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
    timings.put(stage, report.finish());
    return encoded;
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
