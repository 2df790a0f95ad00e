package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.core.files.Excerpt;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The header of a safetensors file: eight bytes with the length of a JSON object, the object, then
 * the tensors' bytes. What it claims is held against the file before anything is allocated for it:
 * lengths, types, shapes, and that the tensors cover the file without gaps and overlaps.
 */
final class SafetensorsHeader {

  /** As the format's own library limits it. */
  static final long LONGEST = 100_000_000;

  private static final String METADATA = "__metadata__";
  private static final Set<String> KEYS = Set.of("dtype", "shape", "data_offsets");

  private final TensorFile file;
  private final long dataStart;

  private SafetensorsHeader(TensorFile file, long dataStart) {
    this.file = file;
    this.dataStart = dataStart;
  }

  /** A tensor's bytes, counted from the end of the header. */
  private record Range(String name, long begin, long end) {}

  static TensorSource read(TensorFile file) {
    try (FileBytes bytes = FileBytes.open(file)) {
      long length = bytes.size() < 8 ? -1 : bytes.read(0, 8).getLong();
      if (length < 2 || length > LONGEST || length > bytes.size() - 8) {
        throw new CheckpointException(
            file.path(),
            ForeignFormat.of(bytes)
                .orElse(
                    "the header claims %s bytes, the file has %d; it is truncated or no safetensors file"
                        .formatted(Long.toUnsignedString(length), bytes.size())));
      }
      String json = decode(bytes.read(8, length), file);
      return new SafetensorsHeader(file, 8 + length)
          .parse(StrictJson.readObject(file.path(), new StringReader(json)));
    }
  }

  private static String decode(ByteBuffer bytes, TensorFile file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new CheckpointException(file.path(), "the header is no UTF-8 text", e);
    }
  }

  private TensorSource parse(Map<String, @Nullable Object> json) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    List<Range> ranges = new ArrayList<>();
    Map<String, String> metadata = Map.of();
    for (Map.Entry<String, @Nullable Object> entry : json.entrySet()) {
      if (entry.getKey().equals(METADATA)) {
        metadata = metadata(entry.getValue());
      } else {
        tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), ranges));
      }
    }
    requireCoverage(ranges);
    return new TensorSource(file.path(), tensors, metadata);
  }

  private Map<String, String> metadata(@Nullable Object found) {
    if (!(found instanceof Map<?, ?> map)) {
      throw new CheckpointException(file.path(), METADATA + " must be an object of texts");
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (!(value instanceof String text)) {
            throw new CheckpointException(
                file.path(),
                METADATA
                    + " must be an object of texts, \""
                    + Excerpt.of(String.valueOf(key))
                    + "\" is none");
          }
          metadata.put(String.valueOf(key), text);
        });
    return metadata;
  }

  private StoredTensor tensor(String name, @Nullable Object value, List<Range> ranges) {
    if (!(value instanceof Map<?, ?> map) || !map.keySet().equals(KEYS)) {
      throw wrong(name, "must have exactly dtype, shape and data_offsets", value);
    }
    ScalarType type =
        ScalarType.ofSafetensorsName(String.valueOf(map.get("dtype")))
            .orElseThrow(() -> wrong(name, "has an unknown dtype", map.get("dtype")));
    long[] shape = integers(name, "shape", map.get("shape"));
    long[] offsets = integers(name, "data_offsets", map.get("data_offsets"));
    long available = file.size() - dataStart;
    if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > available) {
      throw wrong(
          name, "must lie within the %d bytes behind the header".formatted(available), offsets);
    }
    long needed = bytes(name, type, shape);
    if (needed != offsets[1] - offsets[0]) {
      throw wrong(
          name,
          "has %d bytes by its type %s and shape %s, but %d by its offsets"
              .formatted(
                  needed, type.safetensorsName(), Arrays.toString(shape), offsets[1] - offsets[0]),
          offsets);
    }
    ranges.add(new Range(name, offsets[0], offsets[1]));
    return StoredTensor.contiguous(name, type, shape, file, dataStart + offsets[0]);
  }

  private long bytes(String name, ScalarType type, long[] shape) {
    try {
      // An empty tensor may have long axes too, and strides are made of them.
      long bytes = type.bytes();
      boolean empty = false;
      for (long length : shape) {
        bytes = Math.multiplyExact(bytes, Math.max(1, length));
        empty |= length == 0;
      }
      return empty ? 0 : bytes;
    } catch (ArithmeticException e) {
      throw wrong(name, "is larger than any file", shape);
    }
  }

  private long[] integers(String name, String key, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.size() > 64) {
      throw wrong(name, key + " must be a list of whole numbers", value);
    }
    long[] integers = new long[list.size()];
    for (int i = 0; i < integers.length; i++) {
      if (!(list.get(i) instanceof BigDecimal number)
          || number.scale() != 0
          || number.signum() < 0
          || number.precision() > 18) {
        throw wrong(name, key + " must be a list of whole numbers", value);
      }
      integers[i] = number.longValueExact();
    }
    return integers;
  }

  /**
   * Tensors follow one another from the end of the header to the end of the file, as the format
   * demands.
   */
  private void requireCoverage(List<Range> ranges) {
    ranges.sort(Comparator.comparingLong(Range::begin).thenComparingLong(Range::end));
    long position = 0;
    String before = "the header";
    for (Range range : ranges) {
      if (range.begin() != position) {
        throw new CheckpointException(
            file.path(),
            "the tensor \"%s\" begins at byte %d, but \"%s\" ends at byte %d; tensors must not overlap or leave gaps"
                .formatted(Excerpt.of(range.name()), range.begin(), Excerpt.of(before), position));
      }
      position = range.end();
      before = range.name();
    }
    if (dataStart + position != file.size()) {
      throw new CheckpointException(
          file.path(),
          "the tensors end at byte %d of the file, which has %d"
              .formatted(dataStart + position, file.size()));
    }
  }

  private CheckpointException wrong(String name, String problem, @Nullable Object found) {
    String text =
        found instanceof long[] numbers ? Arrays.toString(numbers) : String.valueOf(found);
    return new CheckpointException(
        file.path(),
        "the tensor \"%s\" %s; found: %s".formatted(Excerpt.of(name), problem, Excerpt.of(text)));
  }
}
