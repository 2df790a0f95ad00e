package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.HeapTensors;
import io.github.hunyuanvideo.core.torch.ScalarType;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Another implementation of the format understands the same. DJL's knows only some types, and ends
 * the process at bf16; so float32, float16 and int64 have to do.
 */
@ExtendWith(EngineExtension.class)
class SafetensorsInteroperationTest {

  private static final float[] FLOATS = {1, -2.5f, 0.125f, 65504, 0, -0.0f};
  private static final long[] LONGS = {1, -1, Long.MAX_VALUE, Long.MIN_VALUE};

  private final TorchEngine engine;

  @TempDir private Path folder;

  SafetensorsInteroperationTest(TorchEngine engine) {
    this.engine = engine;
  }

  private static StoredTensor tensor(TensorSource source, String name) {
    return Objects.requireNonNull(source.tensors().get(name), name);
  }

  @Test
  void whatDjlWritesIsRead() throws IOException {
    Path file = folder.resolve("djl.safetensors");
    try (NDManager manager = engine.newManager();
        OutputStream out = Files.newOutputStream(file)) {
      NDArray floats = manager.create(FLOATS, new Shape(2, 3));
      NDArray halves = floats.toType(DataType.FLOAT16, true);
      NDArray longs = manager.create(LONGS);
      floats.setName("floats");
      halves.setName("halves.\"ü\"");
      longs.setName("longs");
      new NDList(floats, halves, longs).encode(out, NDList.Encoding.SAFETENSORS);
    }
    TensorSource source = Safetensors.openFile(file, REMEDY);
    assertThat(source.tensors()).hasSize(3);
    assertThat(tensor(source, "floats").shape()).containsExactly(2, 3);
    assertThat(HeapTensors.floats(tensor(source, "floats"))).containsExactly(FLOATS);
    assertThat(tensor(source, "halves.\"ü\"").type()).isEqualTo(ScalarType.FLOAT16);
    assertThat(HeapTensors.floats(tensor(source, "halves.\"ü\""))).containsExactly(FLOATS);
    assertThat(HeapTensors.longs(tensor(source, "longs"))).containsExactly(LONGS);
  }

  @Test
  void djlReadsWhatIsWritten() throws IOException {
    Path file = folder.resolve("ours.safetensors");
    new SafetensorsWriter()
        .metadata("format", "pt")
        .add("floats", ScalarType.FLOAT32, new long[] {3, 2}, channel -> channel.write(floats()))
        .add("longs", ScalarType.INT64, new long[] {4}, channel -> channel.write(longs()))
        .add("scalar", ScalarType.FLOAT16, new long[0], channel -> channel.write(half()))
        .write(file);
    try (NDManager manager = engine.newManager();
        InputStream in = Files.newInputStream(file)) {
      NDList list = NDList.decode(manager, in);
      assertThat(list).hasSize(3);
      assertThat(list.get("floats").getShape()).isEqualTo(new Shape(3, 2));
      assertThat(list.get("floats").toFloatArray()).containsExactly(FLOATS);
      assertThat(list.get("longs").toLongArray()).containsExactly(LONGS);
      assertThat(list.get("scalar").getShape()).isEqualTo(new Shape());
      assertThat(list.get("scalar").toType(DataType.FLOAT32, true).toFloatArray())
          .containsExactly(1.5f);
    }
  }

  private static ByteBuffer floats() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(FLOATS);
    return bytes;
  }

  private static ByteBuffer longs() {
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(LONGS);
    return bytes;
  }

  private static ByteBuffer half() {
    return ByteBuffer.wrap(new byte[] {0, 0x3e});
  }
}
