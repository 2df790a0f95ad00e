package io.github.hunyuanvideo.core.checkpoint;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Latents or embeddings that were saved with {@link SafetensorsWriter}, read back onto the heap.
 *
 * <pre>{@code
 * FloatTensor latents = FloatTensorFile.read(Path.of("latents.safetensors"), "latents");
 * }</pre>
 */
public final class FloatTensorFile {

  private static final int CHUNK = 1 << 20;

  private FloatTensorFile() {}

  /**
   * Reads one tensor of a safetensors file.
   *
   * @param path the file
   * @param name the tensor's name; it must be float32
   * @throws CheckpointException if the file is missing or malformed, or has no such tensor, or one
   *     that is too large for the Java heap
   */
  public static FloatTensor read(Path path, String name) {
    TensorSource source =
        Safetensors.openFile(
            path, "It is a safetensors file with a float32 tensor \"%s\".".formatted(name));
    StoredTensor stored = source.tensors().get(name);
    if (stored == null || stored.type() != ScalarType.FLOAT32) {
      throw new CheckpointException(
          path,
          "there is no float32 tensor \"%s\"; the file has %s"
              .formatted(name, source.tensors().values()));
    }
    boolean isLong = Arrays.stream(stored.shape()).anyMatch(length -> length > Integer.MAX_VALUE);
    if (isLong || stored.size() > Integer.MAX_VALUE - 8) {
      throw new CheckpointException(path, stored + " is too large for the Java heap");
    }
    int[] shape = Arrays.stream(stored.shape()).mapToInt(Math::toIntExact).toArray();
    return FloatTensor.wrap(values(stored), shape);
  }

  private static float[] values(StoredTensor stored) {
    float[] values = new float[Math.toIntExact(stored.size())];
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(stored.file().path(), StandardOpenOption.READ)) {
      int filled = 0;
      while (filled < values.length) {
        int count = Math.min(values.length - filled, CHUNK / Float.BYTES);
        chunk.clear().limit(count * Float.BYTES);
        long position = stored.offset() + (long) filled * Float.BYTES;
        while (chunk.hasRemaining()) {
          if (channel.read(chunk, position + chunk.position()) < 0) {
            throw new CheckpointException(stored.file().path(), "the file was shortened");
          }
        }
        chunk.flip().asFloatBuffer().get(values, filled, count);
        filled += count;
      }
      return values;
    } catch (IOException e) {
      throw new CheckpointException(stored.file().path(), "the file cannot be read: " + e, e);
    }
  }
}
