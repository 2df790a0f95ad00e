package io.github.hunyuanvideo.core.checkpoint;

import com.google.common.primitives.Longs;
import com.google.gson.stream.JsonWriter;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.files.PendingFile;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes a safetensors file. Tensors are streamed, so that a file may be larger than memory; it is
 * written under a temporary name and gets its own when it is whole.
 *
 * <pre>{@code
 * new SafetensorsWriter().add("latents", latents).write(Path.of("latents.safetensors"));
 * }</pre>
 */
public final class SafetensorsWriter {

  private static final int CHUNK = 1 << 20;
  private static final String METADATA = "__metadata__";

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  /** Gives a tensor's bytes, little-endian, last axis fastest. */
  @FunctionalInterface
  public interface Content {

    /**
     * Writes the bytes.
     *
     * @throws IOException if that fails
     */
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  private record Entry(
      String name, ScalarType type, List<Long> shape, long bytes, Content content) {}

  /** Adds a text beside the tensors. */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(key, value);
    return this;
  }

  /** Adds float32 numbers. */
  public SafetensorsWriter add(String name, FloatTensor tensor) {
    long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
    return add(name, ScalarType.FLOAT32, shape, channel -> writeFloats(tensor, channel));
  }

  /**
   * Adds bytes.
   *
   * @param values last axis fastest; kept without a copy, so it must not be written to before the
   *     file is
   * @param shape the length of each axis
   * @throws IllegalArgumentException if the shape does not hold exactly the given bytes, or as in
   *     {@link #add(String, ScalarType, long[], Content)}
   */
  public SafetensorsWriter add(String name, byte[] values, long... shape) {
    long bytes = bytes(ScalarType.UINT8, shape);
    if (bytes != values.length) {
      throw new IllegalArgumentException(
          "the tensor \"%s\" of the shape %s has %d bytes, got %d"
              .formatted(name, Arrays.toString(shape), bytes, values.length));
    }
    return add(
        name,
        ScalarType.UINT8,
        shape,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(values);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /**
   * Adds a tensor whose bytes are given when they are written.
   *
   * @throws IllegalArgumentException if there is one of that name already, the format has no such
   *     name, an axis has a negative length, or there are more bytes than a file can have
   */
  public SafetensorsWriter add(String name, ScalarType type, long[] shape, Content content) {
    if (name.equals(METADATA) || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw new IllegalArgumentException("a tensor cannot be named \"" + name + "\"");
    }
    long bytes = bytes(type, shape);
    if (!names.add(name)) {
      throw new IllegalArgumentException("there is a tensor \"" + name + "\" already");
    }
    entries.add(new Entry(name, type, Longs.asList(shape.clone()), bytes, content));
    return this;
  }

  /** As when it is read: an empty tensor's other axes count too, since strides are made of them. */
  private static long bytes(ScalarType type, long[] shape) {
    long bytes = type.bytes();
    boolean empty = false;
    for (long length : shape) {
      if (length < 0 || Math.max(1, length) > Long.MAX_VALUE / bytes) {
        throw new IllegalArgumentException("a shape cannot be " + Arrays.toString(shape));
      }
      bytes *= Math.max(1, length);
      empty |= length == 0;
    }
    return empty ? 0 : bytes;
  }

  /**
   * Writes the file. An existing one is replaced when the new one is whole; missing folders above
   * it are made.
   *
   * @throws IOException if that fails; nothing is left behind then
   */
  public void write(Path path) throws IOException {
    // Wide types first, so that every tensor begins at a multiple of its element's size.
    List<Entry> ordered =
        entries.stream()
            .sorted(
                Comparator.<Entry>comparingInt(entry -> -entry.type().bytes())
                    .thenComparing(Entry::name))
            .toList();
    PendingFile file = PendingFile.beside(path);
    try {
      try (FileChannel channel = FileChannel.open(file.part(), StandardOpenOption.WRITE)) {
        writeFully(channel, header(ordered));
        for (Entry entry : ordered) {
          write(entry, channel);
        }
      }
      file.publish();
    } finally {
      file.discard();
    }
  }

  private static void write(Entry entry, FileChannel channel) throws IOException {
    long start = channel.position();
    entry.content().writeTo(channel);
    long written = channel.position() - start;
    if (written != entry.bytes()) {
      throw new IOException(
          "the tensor \"%s\" has %d bytes, %d were given"
              .formatted(entry.name(), entry.bytes(), written));
    }
  }

  private ByteBuffer header(List<Entry> ordered) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(METADATA).beginObject();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      long offset = 0;
      for (Entry entry : ordered) {
        json.name(entry.name()).beginObject();
        json.name("dtype").value(entry.type().safetensorsName());
        json.name("shape").beginArray();
        for (Long length : entry.shape()) {
          json.value(length);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(offset).value(offset + entry.bytes());
        json.endArray().endObject();
        offset += entry.bytes();
      }
      json.endObject();
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int padded = (bytes.length + 7) / 8 * 8;
    ByteBuffer header = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(padded).put(bytes);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.flip();
  }

  private static void writeFloats(FloatTensor tensor, WritableByteChannel channel)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    var values = tensor.asBuffer();
    while (values.hasRemaining()) {
      chunk.clear();
      while (values.hasRemaining() && chunk.remaining() >= Float.BYTES) {
        chunk.putFloat(values.get());
      }
      writeFully(channel, chunk.flip());
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
