package io.github.hunyuanvideo.core.checkpoint;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that comes from elsewhere: strictly by the grammar, no key twice, no deep nesting,
 * nothing behind the document. Objects become maps in the order of the file, arrays lists, numbers
 * {@link BigDecimal}s.
 */
final class StrictJson {

  /** Deeper than any configuration; far from the depth at which reading would exhaust the stack. */
  private static final int DEEPEST = 64;

  /** Larger than any configuration or index of tensors. */
  private static final long LARGEST_FILE = 64L << 20;

  /** Enough for the header of 250,000 tensors; the published transformer has 856. */
  private static final int MOST_VALUES = 2_000_000;

  private final Path path;
  private final JsonReader reader;
  private int values;

  private StrictJson(Path path, JsonReader reader) {
    this.path = path;
    this.reader = reader;
  }

  /**
   * Reads a file that holds one object.
   *
   * @throws CheckpointException if it is too large, or no such JSON
   */
  static Map<String, @Nullable Object> readObject(TensorFile file) {
    if (file.size() > LARGEST_FILE) {
      throw new CheckpointException(
          file.path(),
          "%d bytes are too many for a JSON file of a checkpoint; at most %d are read"
              .formatted(file.size(), LARGEST_FILE));
    }
    try {
      return readObject(file.path(), new StringReader(Files.readString(file.path())));
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file.path(), "this is no UTF-8 text", e);
    } catch (IOException e) {
      throw new CheckpointException(file.path(), "the file cannot be read: " + e, e);
    }
  }

  /**
   * Reads one object.
   *
   * @param path named in messages
   * @throws CheckpointException if the text is no such JSON
   */
  static Map<String, @Nullable Object> readObject(Path path, Reader text) {
    try (JsonReader reader = new JsonReader(text)) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(DEEPEST);
      StrictJson json = new StrictJson(path, reader);
      Object value = json.value();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new CheckpointException(path, "there is something behind the JSON document");
      }
      if (value instanceof Map<?, ?>) {
        @SuppressWarnings("unchecked") // value() makes no other maps
        Map<String, @Nullable Object> object = (Map<String, @Nullable Object>) value;
        return object;
      }
      throw new CheckpointException(path, "the JSON document is no object");
    } catch (MalformedJsonException | java.io.EOFException | IllegalStateException e) {
      throw new CheckpointException(path, "this is no valid JSON: " + reason(e), e);
    } catch (IOException e) {
      throw new CheckpointException(path, "the JSON cannot be read: " + e.getMessage(), e);
    }
  }

  /** The parser's message without its advice to programmers. */
  private static String reason(Exception e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return Excerpt.of(message.replaceFirst("^Use JsonReader.* malformed JSON", "unexpected text"));
  }

  private @Nullable Object value() throws IOException {
    if (++values > MOST_VALUES) {
      throw new CheckpointException(
          path, "there are more than %d values in JSON".formatted(MOST_VALUES));
    }
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object();
      case BEGIN_ARRAY -> array();
      case STRING -> reader.nextString();
      case NUMBER -> number();
      case BOOLEAN -> reader.nextBoolean();
      case NULL -> {
        reader.nextNull();
        yield null;
      }
      default -> throw new CheckpointException(path, "unexpected " + reader.peek() + " in JSON");
    };
  }

  private Map<String, @Nullable Object> object() throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (object.containsKey(key)) {
        throw new CheckpointException(
            path, "the key \"" + Excerpt.of(key) + "\" stands twice in one object");
      }
      object.put(key, value());
    }
    reader.endObject();
    return object;
  }

  private List<@Nullable Object> array() throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      array.add(value());
    }
    reader.endArray();
    return array;
  }

  private BigDecimal number() throws IOException {
    String text = reader.nextString();
    // A number like 1e999999999 is short to write and would be long to work with.
    if (text.length() > 64) {
      throw new CheckpointException(path, "a number of " + text.length() + " characters in JSON");
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw new CheckpointException(path, "the number " + text + " is beyond all ranges", e);
    }
  }
}
