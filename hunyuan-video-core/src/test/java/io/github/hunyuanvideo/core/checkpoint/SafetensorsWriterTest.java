package io.github.hunyuanvideo.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
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
  void aShapeOfMoreBytesThanAFileCanHaveIsRefusedAtOnce() {
    long[] shape = {1L << 40, 1L << 22};
    assertThatThrownBy(
            () -> new SafetensorsWriter().add("a", ScalarType.FLOAT32, shape, channel -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[1099511627776, 4194304]");
  }

  @Test
  void bytesThatDoNotFillTheirShapeAreRefusedAtOnce() {
    assertThatThrownBy(() -> new SafetensorsWriter().add("a", new byte[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tensor \"a\" of the shape [2, 3] has 6 bytes, got 5");
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

  @Test
  void aFileIsReadableByWhomTheUserLetsReadFiles() throws IOException {
    Path usual = Files.createFile(folder.resolve("usual"));
    Path file = folder.resolve("new folder/weights.safetensors");
    new SafetensorsWriter().add("a", new byte[1], 1).write(file);
    PosixFileAttributeView attributes =
        Files.getFileAttributeView(file, PosixFileAttributeView.class);
    assumeTrue(attributes != null, "skipped: this file system has no permissions");
    assertThat(attributes.readAttributes().permissions())
        .isEqualTo(Files.getPosixFilePermissions(usual));
  }
}
