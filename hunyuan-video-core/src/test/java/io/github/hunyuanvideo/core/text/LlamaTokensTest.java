package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.github.hunyuanvideo.api.Medium;
import io.github.hunyuanvideo.api.stage.Prompt;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.testing.Golden;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(behindCrop(tokens)).containsExactly(bareIds("A cat"));
  }

  /** The template alone ends with the token " "; with the prompt, " A" is one token. */
  @Test
  void aTokenThatTemplateAndPromptShareStaysWithThePrompt() {
    LlamaTokens tokens = inTemplate("Imagine: {}<|eot_id|>", "A cat");
    assertThat(bareIds("Imagine: ")).hasSize(bareIds("Imagine:").length + 1);
    assertThat(tokens.crop()).isEqualTo(1 + bareIds("Imagine:").length);
    assertThat(behindCrop(tokens)).containsExactly(bareIds(" A cat<|eot_id|>"));
    assertThat(behindCrop(inTemplate("foo-{}", "bar"))).endsWith(bareIds("bar"));
  }

  @Test
  void whereTheyShareATokenThePromptStillHasRoomForItsNumberOfTokens() {
    LlamaTokens tokens = inTemplate("Imagine: {}<|eot_id|>", "cat ".repeat(400).strip());
    assertThat(behindCrop(tokens)).hasSize(256);
  }

  /** As in the official code: line breaks join those of the template, and go with them. */
  @Test
  void blanksBeforeAPromptThatJoinTheTemplatesLastTokenAreCropped() {
    assertThat(behindCrop(inTemplate("Imagine:\n{}<|eot_id|>", "\nA cat")))
        .containsExactly(bareIds("A cat<|eot_id|>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "Imagine: {}", "<|start_header_id|>user<|end_header_id|>\n\n{}"})
  void anEmptyPromptHasAStateInEveryTemplate(String template) {
    LlamaTokens tokens = inTemplate(template, "");
    assertThat(behindCrop(tokens)).hasSize(1);
    assertThat(behindCrop(inTemplate(template, "A cat"))).endsWith(bareIds(" cat"));
  }

  private static LlamaTokens inTemplate(String template, String prompt) {
    LlamaOptions options =
        new LlamaOptions(PromptTemplate.of(template), PromptTemplate.image(), 256, 2, false);
    return LlamaTokens.of(new Prompt(prompt, Medium.VIDEO), vocabulary, options, BEGIN);
  }

  private static long[] behindCrop(LlamaTokens tokens) {
    return tokens.ids().subArray(tokens.crop(), tokens.ids().length()).toArray();
  }

  /** Without the token that begins every text. */
  private static long[] bareIds(String text) {
    long[] ids = vocabulary.ids(text);
    assertThat(ids).startsWith(BEGIN);
    return Arrays.copyOfRange(ids, 1, ids.length);
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
