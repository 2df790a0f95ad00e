package io.github.hunyuanvideo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {

  @TempDir private Path folder;

  @Test
  void namesThatTheFormatCannotHaveAreRefusedAtOnce() {
    SafetensorsWriter writer = new SafetensorsWriter().add("a", new byte[1], 1);
    assertThatThrownBy(() -> writer.add("a", new byte[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"a\" already");
    assertThatThrownBy(() -> writer.add("__metadata__", new byte[1], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("__metadata__");
    assertThatThrownBy(() -> writer.add("\ud800", new byte[1], 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNegativeLengthIsRefusedAtOnce() {
    assertThatThrownBy(() -> new SafetensorsWriter().add("a", new byte[1], -1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[-1, -1]");
  }

  @Test
  void aTensorWithTooFewBytesLeavesNoFileBehind() throws IOException {
    Path file = folder.resolve("weights.safetensors");
    Files.writeString(file, "before");
    SafetensorsWriter writer =
        new SafetensorsWriter().add("a", ScalarType.BFLOAT16, new long[] {2}, channel -> {});
    assertThatThrownBy(() -> writer.write(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"a\" has 4 bytes, 0 were given");
    assertThat(file).hasContent("before");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
