package io.github.hunyuanvideo.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExcerptTest {

  static Stream<Arguments> texts() {
    return Stream.of(
        Arguments.of("double_blocks.0.img_mod", "double_blocks.0.img_mod"),
        Arguments.of("two  spaces – ü 猫 🐈", "two  spaces – ü 猫 🐈"),
        Arguments.of("  \tNVIDIA A100\n", "NVIDIA A100"),
        Arguments.of("first line \r\n\n  second\tline", "first line second line"),
        Arguments.of("a\u0000b\u001b[31mc\u0085d", "a\uFFFDb\uFFFD[31mc d"),
        Arguments.of("file\u202Etp.exe", "file\uFFFDtp.exe"),
        Arguments.of("half \uD83D character", "half \uFFFD character"),
        Arguments.of("", ""));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aTextBecomesOneLineThatCanBePrinted(String text, String excerpt) {
    assertThat(Excerpt.of(text)).isEqualTo(excerpt);
  }

  @Test
  void ofALongTextTheBeginningIsShownAndThatThereIsMore() {
    assertThat(Excerpt.of("x".repeat(160))).isEqualTo("x".repeat(160));
    assertThat(Excerpt.of("x".repeat(161))).isEqualTo("x".repeat(160) + "…");
    assertThat(Excerpt.of("x".repeat(1 << 20))).isEqualTo("x".repeat(160) + "…");
    assertThat(Excerpt.of("x" + " \n".repeat(1000) + "y")).isEqualTo("x…");
  }

  @Test
  void aCharacterOfTwoHalvesIsShownWholeOrNotAtAll() {
    assertThat(Excerpt.of("x".repeat(159) + "🐈")).isEqualTo("x".repeat(159) + "…");
    assertThat(Excerpt.of("x".repeat(158) + "🐈")).isEqualTo("x".repeat(158) + "🐈");
  }

  @Test
  void ofManyNamesTheFirstAreShownAndTheOthersCounted() {
    List<String> names = IntStream.range(0, 23).mapToObj(i -> "n" + i).toList();
    assertThat(Excerpt.of(names.subList(0, 3))).isEqualTo("n0, n1, n2");
    assertThat(Excerpt.of(names)).startsWith("n0, n1").endsWith("n18, n19 and 3 more");
    assertThat(Excerpt.of(List.of("a\nb", "c"))).isEqualTo("a b, c");
  }
}
