package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {

  @Test
  void theOfficialTemplatesAreVerbatim() {
    GoldenPrompts golden = GoldenPrompts.read("tokenize_llm");
    assertThat(PromptTemplate.video()).hasToString(golden.text("templates", "video"));
    assertThat(PromptTemplate.image()).hasToString(golden.text("templates", "image"));
  }

  @Test
  void bracesInAPromptAreOrdinaryCharacters() {
    assertThat(PromptTemplate.of("<{}>").apply("a {} b")).isEqualTo("<a {} b>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no place", "{} and {}"})
  void aTemplateWithoutExactlyOnePlaceIsRefused(String text) {
    assertThatThrownBy(() -> PromptTemplate.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("exactly one {}");
  }
}
