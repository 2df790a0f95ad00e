package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  @TempDir private Path folder;

  /** A configuration, in which {@code '} stands for {@code "}. */
  private ConfigFile config(String json) {
    return read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private ConfigFile read(byte[] content) {
    try {
      return ConfigFile.read(Files.write(folder.resolve("config.json"), content), REMEDY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefusedConfig(String json) {
    return assertRefused(() -> config(json)).hasMessageContaining("config.json");
  }

  @Test
  void thePublishedConfigurationIsRead() {
    ConfigFile vae =
        ConfigFile.read(Golden.path("tiny-ckpts/hunyuan-video-t2v-720p/vae/config.json"), REMEDY);
    assertThat(vae.integers("block_out_channels", 1, 4096, List.of()))
        .containsExactly(8, 16, 32, 32);
    assertThat(vae.number("scaling_factor", 0, 10, 1)).isEqualTo(0.476986);
    assertThat(vae.text("act_fn", "")).isEqualTo("silu");
    assertThat(vae.flag("mid_block_add_attention", false)).isTrue();
    assertThat(vae.texts("down_block_types")).hasSize(4).contains("DownEncoderBlockCausal3D");
  }

  @Test
  void whatIsLeftOutOrNullHasItsDefault() {
    ConfigFile config = config("{'depth':null,'inner':{'x':1}}");
    assertThat(config.integer("depth", 1, 9, 4)).isEqualTo(4);
    assertThat(config.has("depth")).isFalse();
    assertThat(config.section("nothing")).isEmpty();
    assertThat(config.section("inner").orElseThrow().integer("heads", 1, 9, 3)).isEqualTo(3);
    assertRefused(() -> config.section("inner").orElseThrow().integer("x", 2, 9, 3))
        .hasMessageContaining("\"inner.x\" must be a whole number from 2 to 9, found 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1073741824",
        "0",
        "-1",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "2.5",
        "1e11",
        "99999999999999999999999",
        "'64'",
        "true",
        "[64]",
        "{}"
      })
  void aDimensionThatNoModelHasIsRefusedWhenItIsAskedFor(String value) {
    ConfigFile config = config("{'hidden_size':" + value + "}");
    assertRefused(() -> config.integer("hidden_size", 1, 65536, 64))
        .hasMessageContaining("config.json")
        .hasMessageContaining("\"hidden_size\" must be a whole number from 1 to 65536, found");
  }

  @ParameterizedTest
  @CsvSource({"64,64", "64.0,64", "6.4e1,64", "640e-1,64"})
  void aWholeNumberMayBeWrittenAsPythonLikes(String written, int value) {
    assertThat(config("{'n':" + written + "}").integer("n", 1, 100, 1)).isEqualTo(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e999999999", "-1", "'0.5'", "null2", "[0.5]"})
  void aNumberOutOfItsRangeIsRefused(String value) {
    String json = "{'eps':" + value + "}";
    assertRefused(() -> config(json).number("eps", 0, 1, 0.5)).hasMessageContaining("config.json");
  }

  @Test
  void listsAreCheckedOneByOne() {
    ConfigFile config = config("{'a':[1,'2'],'b':[],'c':7,'d':['x',1]}");
    for (String key : List.of("a", "b", "c")) {
      assertRefused(() -> config.integers(key, 0, 9, List.of())).hasMessageContaining(key);
    }
    assertRefused(() -> config.texts("d")).hasMessageContaining("a list of texts");
    assertRefused(() -> config.texts("c")).hasMessageContaining("a list of texts");
    ConfigFile long_ = config("{'e':[" + "1,".repeat(64) + "1]}");
    assertRefused(() -> long_.integers("e", 0, 9, List.of()))
        .hasMessageContaining("a list of 1 to 64 whole numbers");
  }

  @Test
  void otherTypesAreRefused() {
    ConfigFile config = config("{'text':7,'flag':'yes','section':[]}");
    assertRefused(() -> config.text("text", "")).hasMessageContaining("a text, found 7");
    assertRefused(() -> config.flag("flag", true)).hasMessageContaining("true or false, found yes");
    assertRefused(() -> config.section("section")).hasMessageContaining("an object, found []");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e99999999999", "1e-99999999999"})
  void anExponentBeyondAllRangesIsRefused(String value) {
    assertRefusedConfig("{'n':" + value + "}")
        .hasMessageContaining(value + " is beyond all ranges");
  }

  @Test
  void aNumberOfManyDigitsIsRefused() {
    assertRefusedConfig("{'n':" + "9".repeat(65) + "}").hasMessageContaining("65 characters");
    assertRefusedConfig("{'n':" + "9".repeat(100_000) + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "-Infinity",
        "0x10",
        "01",
        "+1",
        ".5",
        "1.",
        "TRUE",
        "None",
        "undefined",
        "'a' 'b'",
        "\"tab\there\"",
        "[1,]",
        "{'b':1,}",
        "/* c */ 1",
        "\"\\u00zz\"",
        "\"\\x\"",
        "\"open"
      })
  void whatIsNotInTheGrammarIsRefused(String value) {
    assertRefusedConfig("{'a':" + value + "}")
        .hasMessageContaining("no valid JSON")
        .hasMessageNotContaining("JsonReader")
        .hasMessageNotContaining("github");
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertRefusedConfig("{'a':1,'a':2}").hasMessageContaining("\"a\" stands twice");
    assertRefusedConfig("{'x':{'a':1,'\\u0061':2}}").hasMessageContaining("\"a\" stands twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 1000, 1_000_000})
  void deepNestingIsRefused(int depth) {
    for (String json :
        List.of(
            "{'a':" + "[".repeat(depth) + "]".repeat(depth) + "}",
            "{'a':".repeat(depth) + "1" + "}".repeat(depth))) {
      assertThatThrownBy(() -> config(json))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("Nesting limit 64");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "'text'", "null", "true"})
  void aDocumentThatIsNoObjectIsRefused(String json) {
    assertRefusedConfig(json).hasMessageContaining("no object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{'a'", "{'a':", "{'a':1", "{'a':1,", "}", "\0"})
  void aDocumentThatIsCutOffIsRefused(String json) {
    assertRefusedConfig(json).hasMessageContaining("no valid JSON");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{} {}", "{}x", "{},", "{}]", "{} //"})
  void whateverFollowsTheDocumentIsRefused(String json) {
    assertRefusedConfig(json).hasMessageContaining("JSON");
  }

  @Test
  void textThatIsNoUtf8IsRefused() {
    assertRefused(() -> read("{\"a\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("no UTF-8");
    assertRefused(() -> read("{\"a\":1}".getBytes(StandardCharsets.UTF_16)))
        .hasMessageContaining("no UTF-8");
  }

  @Test
  void aFileThatIsTooLargeIsNotRead() {
    Path file = SafetensorsBytes.writeSparse(folder.resolve("config.json"), "{}", 65 << 20);
    assertRefused(() -> ConfigFile.read(file, REMEDY)).hasMessageContaining("too many for a JSON");
  }

  @Test
  void thereIsALimitToTheNumberOfValues() {
    assertThatThrownBy(() -> config("{'a':[" + "0,".repeat(2_000_000) + "0]}"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("more than 2000000 values");
  }

  @Test
  void aMissingFileComesWithItsRemedy() {
    assertThatThrownBy(() -> ConfigFile.read(folder.resolve("none.json"), REMEDY))
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining("none.json")
        .hasMessageContaining(REMEDY);
  }
}
