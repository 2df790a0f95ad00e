package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.testing.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LlamaTokensTest {

  private static final int BEGIN = 773;

  private static Vocabulary vocabulary;

  @BeforeAll
  static void open() {
    vocabulary =
        Vocabulary.of(
            new CheckpointFile(Golden.path("tiny-ckpts/text_encoder/tokenizer.json"), ""));
  }

  @AfterAll
  static void close() {
    vocabulary.close();
  }

  static Stream<JsonObject> cases() {
    return GoldenPrompts.read("tokenize_llm").cases().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aPromptInEitherTemplateHasTheOfficialIds(JsonObject golden) {
    // The tokenizer was called with the prompt as it is; the official program strips it before.
    for (Medium medium : Medium.values()) {
      Prompt prompt = new Prompt(GoldenPrompts.prompt(golden), medium);
      LlamaTokens tokens = LlamaTokens.of(prompt, vocabulary, LlamaOptions.official(), BEGIN);
      String key = medium == Medium.VIDEO ? "video_ids" : "image_ids";
      assertThat(tokens.ids().toArray()).containsExactly(GoldenPrompts.ids(golden, key));
      assertThat(tokens.crop()).isEqualTo(medium == Medium.VIDEO ? 95 : 36);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aBarePromptHasTheOfficialIds(JsonObject golden) {
    assertThat(vocabulary.ids(GoldenPrompts.prompt(golden)))
        .startsWith(GoldenPrompts.ids(golden, "plain_ids"));
  }

  @Test
  void whatDoesNotFitIsCountedAndAnImageHasRoomForMore() {
    String words = "cat ".repeat(400).strip();
    LlamaTokens video =
        LlamaTokens.of(Prompt.forVideo(words), vocabulary, LlamaOptions.official(), BEGIN);
    LlamaTokens image =
        LlamaTokens.of(Prompt.forImage(words), vocabulary, LlamaOptions.official(), BEGIN);
    assertThat(video.ids().length() - video.crop()).isEqualTo(256);
    assertThat(image.ids().length() - image.crop()).isEqualTo(315);
    assertThat(video.dropped() - image.dropped()).isEqualTo(315 - 256).isPositive();
  }

  @Test
  void aTemplateOfTheCallersOwnIsCroppedByItsOwnLength() {
    PromptTemplate own = PromptTemplate.of("<|start_header_id|>user<|end_header_id|>\n\n{}");
    LlamaOptions options = new LlamaOptions(own, PromptTemplate.image(), 256, 2, false);
    LlamaTokens tokens = LlamaTokens.of(Prompt.forVideo("A cat"), vocabulary, options, BEGIN);
    assertThat(tokens.crop()).isEqualTo(5);
    assertThat(tokens.ids().subArray(5, tokens.ids().length()).toArray())
        .containsExactly(vocabulary.bareIds("A cat"));
  }

  @Test
  void theFirstTokenIsPutInFrontWhereTheVocabularyDoesNot() {
    // An id that the vocabulary's own rules never put in front.
    LlamaTokens tokens =
        LlamaTokens.of(Prompt.forVideo("A cat"), vocabulary, LlamaOptions.official(), 774);
    assertThat(tokens.ids().get(0)).isEqualTo(774);
    assertThat(tokens.ids().get(1)).isEqualTo(BEGIN);
    assertThat(tokens.crop()).isEqualTo(96);
  }

  @Test
  void aTemplateThatLeavesNoRoomIsRefused() {
    PromptTemplate greedy = PromptTemplate.of("cat ".repeat(400) + "{}");
    LlamaOptions options = new LlamaOptions(PromptTemplate.video(), greedy, 256, 2, false);
    assertThatThrownBy(() -> LlamaTokens.of(Prompt.forImage("A cat"), vocabulary, options, BEGIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leaves no room");
  }
}
