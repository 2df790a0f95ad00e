package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(EngineExtension.class)
class FileMappingTest {

  /** Where the first number lies, then a number of one byte, then the others. */
  private static final int ALIGNED = 16;

  private static final int UNALIGNED = 33;
  private static final long[] ROW = {4};
  private static final long[] STEP = {1};

  @TempDir private Path folder;

  private final TorchEngine engine;
  private Path file = Path.of("");

  FileMappingTest(TorchEngine engine) {
    this.engine = engine;
  }

  @BeforeEach
  void writeTheFile() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(UNALIGNED + 16 + 2).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer();
    for (int i = 0; i < 4; i++) {
      bytes.putFloat(ALIGNED + 4 * i, 1 + i);
      bytes.putFloat(UNALIGNED + 4 * i, 10 * (1 + i));
    }
    file = Files.write(folder.resolve("numbers"), bytes.array());
  }

  private Tensor floats(FileMapping mapping, long offset, long... shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= shape[axis];
    }
    return mapping.tensor(offset, ScalarType.FLOAT32, shape, strides);
  }

  private void write(int position, float value) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putFloat(0, value);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(bytes, position);
    }
  }

  @Test
  void aTensorHasTheNumbersOfTheFileWhereverTheyLie() {
    try (FileMapping mapping = new FileMapping(engine, file);
        Tensor aligned = floats(mapping, ALIGNED, 2, 2);
        Tensor unaligned = floats(mapping, UNALIGNED, 4)) {
      assertThat(aligned.shape()).containsExactly(2, 2);
      assertThat(aligned.toFloats()).containsExactly(1, 2, 3, 4);
      assertThat(unaligned.toFloats()).containsExactly(10, 20, 30, 40);
    }
  }

  @Test
  void stridesAreThoseOfTheCaller() {
    try (FileMapping mapping = new FileMapping(engine, file)) {
      for (int offset : new int[] {ALIGNED, UNALIGNED}) {
        float scale = offset == ALIGNED ? 1 : 10;
        try (Tensor turned =
                mapping.tensor(offset, ScalarType.FLOAT32, new long[] {2, 2}, new long[] {1, 2});
            Tensor repeated =
                mapping.tensor(offset, ScalarType.FLOAT32, new long[] {3}, new long[] {0})) {
          assertThat(turned.toFloats()).containsExactly(scale, 3 * scale, 2 * scale, 4 * scale);
          assertThat(repeated.toFloats()).containsExactly(scale, scale, scale);
        }
      }
    }
  }

  /** A page that nobody has written to is the file's, so a change of the file shows in a view. */
  @Test
  @EnabledOnOs(
      value = OS.LINUX,
      disabledReason = "a private mapping need not show later changes elsewhere")
  void alignedNumbersAreTheFilesOwnAndOthersAreCopied() throws IOException {
    try (FileMapping mapping = new FileMapping(engine, file);
        Tensor aligned = floats(mapping, ALIGNED, 4);
        Tensor unaligned = floats(mapping, UNALIGNED, 4)) {
      write(ALIGNED, -1);
      write(UNALIGNED, -10);
      assertThat(aligned.toFloats()).containsExactly(-1, 2, 3, 4);
      assertThat(unaligned.toFloats()).containsExactly(10, 20, 30, 40);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyElementTypeCanBeMapped(ScalarType type) throws IOException {
    byte[] bytes = new byte[64];
    for (int i = 0; i < 8; i++) {
      bytes[i] = 1;
    }
    Path small = Files.write(folder.resolve("small"), bytes);
    try (FileMapping mapping = new FileMapping(engine, small);
        Tensor mapped = mapping.tensor(8, type, new long[] {2}, STEP);
        Tensor copied = mapping.tensor(9, type, new long[] {2}, STEP)) {
      assertThat(mapped.type()).isEqualTo(type);
      assertThat(copied.type()).isEqualTo(type);
      assertThat(mapped.toFloats()).containsExactly(0, 0);
      assertThat(copied.toFloats()).containsExactly(0, 0);
    }
  }

  @Test
  void theLastElementMayEndWithTheFileAndNoneMayLieBeyond() throws IOException {
    long size = Files.size(file);
    try (FileMapping mapping = new FileMapping(engine, file);
        Tensor last = mapping.tensor(size - 2, ScalarType.UINT8, new long[] {2}, STEP);
        Tensor nothing = mapping.tensor(size, ScalarType.UINT8, new long[] {0}, STEP)) {
      assertThat(last.size()).isEqualTo(2);
      assertThat(nothing.size()).isZero();
      assertOutside(mapping, size - 1, new long[] {2}, STEP);
      assertOutside(mapping, -1, new long[] {1}, STEP);
      assertOutside(mapping, 0, new long[] {2}, new long[] {size});
      assertOutside(mapping, 0, new long[] {1L << 40, 1L << 40}, new long[] {1L << 40, 1});
      assertOutside(mapping, Long.MAX_VALUE, new long[] {2}, STEP);
    }
  }

  private void assertOutside(FileMapping mapping, long offset, long[] shape, long[] strides) {
    assertThatThrownBy(() -> mapping.tensor(offset, ScalarType.UINT8, shape, strides))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("lie outside of " + file + ", which has " + file.toFile().length());
  }

  @Test
  void aTensorOutlivesTheMappingThatMadeIt() {
    long before = engine.openTensors();
    FileMapping mapping = new FileMapping(engine, file);
    Tensor aligned = floats(mapping, ALIGNED, 4);
    Tensor unaligned = floats(mapping, UNALIGNED, 4);
    mapping.close();
    mapping.close();
    assertThat(engine.openTensors()).isEqualTo(before + 2);
    assertThat(aligned.toFloats()).containsExactly(1, 2, 3, 4);
    assertThat(unaligned.toFloats()).containsExactly(10, 20, 30, 40);
    aligned.close();
    unaligned.close();
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  interface Writer {
    boolean overwrite(Tensor x);
  }

  /** Tensors are not written to; should an operator do so all the same, the file is safe. */
  @Test
  void whatIsWrittenToATensorNeverReachesTheFile() throws IOException {
    Writer program =
        TorchProgram.compile(
                engine,
                "writer",
                """
                class Ops(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool

                  def overwrite(self, x: Tensor) -> bool:
                    y = x.fill_(7.)
                    return True
                """)
            .as(Writer.class);
    byte[] before = Files.readAllBytes(file);
    FileTime early = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(file, early);
    try (FileMapping mapping = new FileMapping(engine, file);
        Tensor tensor = mapping.tensor(ALIGNED, ScalarType.FLOAT32, ROW, STEP)) {
      assertThat(program.overwrite(tensor)).isTrue();
      assertThat(tensor.toFloats()).containsExactly(7, 7, 7, 7);
    }
    assertThat(file).hasBinaryContent(before);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(early);
  }

  @Test
  void aFileThatIsNotThereIsRefusedAtOnce() {
    assertThatThrownBy(() -> new FileMapping(engine, folder.resolve("missing")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("missing");
  }
}
