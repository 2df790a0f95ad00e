package io.github.hunyuanvideo.core.text;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.StreamSupport;

/** Prompts and their token ids, as the official tokenizers gave them. */
final class GoldenPrompts {

  private final JsonObject json;

  private GoldenPrompts(JsonObject json) {
    this.json = json;
  }

  /** Reads a file of the golden data, for example {@code tokenize_llm}. */
  static GoldenPrompts read(String name) {
    try {
      return new GoldenPrompts(
          JsonParser.parseString(Files.readString(Golden.path("golden/" + name + ".json")))
              .getAsJsonObject());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One entry for each prompt. */
  List<JsonObject> cases() {
    return StreamSupport.stream(json.getAsJsonArray("cases").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  /** A text of the file. */
  String text(String object, String key) {
    return json.getAsJsonObject(object).get(key).getAsString();
  }

  /** Ids at the top of the file. */
  long[] ids(String key) {
    return ids(json, key);
  }

  static long[] ids(JsonObject object, String key) {
    return StreamSupport.stream(object.getAsJsonArray(key).spliterator(), false)
        .mapToLong(JsonElement::getAsLong)
        .toArray();
  }

  static String prompt(JsonObject object) {
    return object.get("prompt").getAsString();
  }
}
