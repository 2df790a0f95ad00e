package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertRefused;
import static io.github.hunyuanvideo.core.checkpoint.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.HeapTensors;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsHeaderTest {

  private static final String SOUND = "{" + tensor("a", "F32", "[2]", 0, 8) + "}";

  @TempDir private Path folder;

  private Path file(byte[] content) {
    try {
      return Files.write(folder.resolve("weights.safetensors"), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TensorSource open(byte[] content) {
    return Safetensors.openFile(file(content), REMEDY);
  }

  private static StoredTensor only(TensorSource source) {
    assertThat(source.tensors()).hasSize(1);
    return source.tensors().values().iterator().next();
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefusedFile(byte[] content) {
    Path file = file(content);
    return assertRefused(() -> Safetensors.openFile(file, REMEDY))
        .hasMessageContaining("weights.safetensors");
  }

  /** A file whose header is one object with this inside, and so many bytes behind. */
  private AbstractThrowableAssert<?, ? extends Throwable> assertRefusedHeader(
      String inside, int bytes) {
    return assertRefusedFile(SafetensorsBytes.of("{" + inside + "}", new byte[bytes]));
  }

  @ParameterizedTest
  @CsvSource({"BF16,8", "F8_E4M3,4", "F8_E5M2,4", "I16,8", "BOOL,4", "F64,32"})
  void typesThatOthersDoNotKnowAreRead(String type, int bytes) {
    String header = "{" + tensor("a", type, "[2,2]", 0, bytes) + "}";
    StoredTensor tensor = only(open(SafetensorsBytes.of(header, new byte[bytes])));
    assertThat(tensor.type().safetensorsName()).isEqualTo(type);
    assertThat(HeapTensors.bytes(tensor)).hasSize(bytes);
  }

  @Test
  void metadataIsKept() {
    String header = "{'__metadata__':{'format':'pt','ü':''}," + SOUND.substring(1);
    assertThat(open(SafetensorsBytes.of(header, new byte[8])).metadata())
        .containsEntry("format", "pt")
        .containsEntry("ü", "");
  }

  @Test
  void aScalarHasNoAxes() {
    String header = "{" + tensor("a", "F32", "[]", 0, 4) + "}";
    StoredTensor tensor = only(open(SafetensorsBytes.of(header, new byte[] {0, 0, -128, 63})));
    assertThat(tensor.shape()).isEmpty();
    assertThat(HeapTensors.floats(tensor)).containsExactly(1);
  }

  @Test
  void aFileWithoutTensorsIsRead() {
    assertThat(open(SafetensorsBytes.of("{}")).tensors()).isEmpty();
  }

  @Test
  void anEmptyTensorLiesBetweenOthers() {
    String header =
        "{%s,%s,%s}"
            .formatted(
                tensor("a", "U8", "[1]", 0, 1),
                tensor("b", "F32", "[0,3]", 1, 1),
                tensor("c", "U8", "[1]", 1, 2));
    assertThat(open(SafetensorsBytes.of(header, new byte[2])).tensors()).hasSize(3);
  }

  @Test
  void aTensorOfThreeGigabytesIsRead() {
    String header = "{" + tensor("a", "F32", "[750000001]", 0, 3_000_000_004L) + "}";
    Path file = SafetensorsBytes.writeSparse(folder.resolve("large"), header, 3_000_000_004L);
    assertThat(only(Safetensors.openFile(file, REMEDY)).bytes()).isEqualTo(3_000_000_004L);
  }

  @Test
  void tensorsMayLieBehindTheFourthGigabyte() {
    long far = 1L << 32;
    String header =
        "{%s,%s}"
            .formatted(
                tensor("a", "U8", "[" + far + "]", 0, far), tensor("b", "U8", "[1]", far, far + 1));
    Path file = SafetensorsBytes.writeSparse(folder.resolve("large"), header, far + 1);
    StoredTensor b = Objects.requireNonNull(Safetensors.openFile(file, REMEDY).tensors().get("b"));
    assertThat(b.offset()).isEqualTo(8 + header.length() + far);
    assertThat(HeapTensors.bytes(b)).containsExactly(0);
  }

  @Test
  void twentyThousandTensorsAreReadInTheirOrder() {
    String header =
        IntStream.range(0, 20_000)
            .mapToObj(i -> tensor("block." + i, "U8", "[1]", i, i + 1))
            .collect(Collectors.joining(",", "{", "}"));
    TensorSource source = open(SafetensorsBytes.of(header, new byte[20_000]));
    assertThat(source.tensors()).hasSize(20_000);
    assertThat(source.tensors().keySet()).startsWith("block.0", "block.1", "block.2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // shape, offsets, message
        "[3000000000]|[0,8]|12000000000 bytes by its type F32",
        "[2]|[3000000000,3000000008]|must lie within the 8 bytes",
        "[1]|[4294967296,4294967300]|must lie within the 8 bytes",
        "[3]|[0,8]|has 12 bytes by its type F32 and shape [3], but 8 by its offsets",
        "[2]|[8,0]|must lie within",
        "[2]|[-8,0]|must be a list of whole numbers",
        "[-2]|[0,8]|shape must be a list of whole numbers",
        "[2.0]|[0,8]|shape must be a list of whole numbers",
        "[2e1]|[0,8]|shape must be a list of whole numbers",
        "['2']|[0,8]|shape must be a list of whole numbers",
        "[true]|[0,8]|shape must be a list of whole numbers",
        "[[2]]|[0,8]|shape must be a list of whole numbers",
        "2|[0,8]|shape must be a list of whole numbers",
        "null|[0,8]|shape must be a list of whole numbers",
        "[2]|[0]|must lie within",
        "[2]|[0,8,8]|must lie within",
        "[2]|{}|data_offsets must be a list",
        "[2]|[0,9223372036854775807]|data_offsets must be a list of whole numbers",
        "[2]|[0,1e400]|data_offsets must be a list of whole numbers",
        "[9223372036854775807]|[0,8]|shape must be a list of whole numbers",
        "[400000000000000000,400000000000000000]|[0,8]|larger than any file",
        "[0,400000000000000000,400000000000000000]|[0,0]|larger than any file"
      })
  void shapesAndOffsetsThatCannotBeAreRefused(String shape, String offsets, String message) {
    String inside = "'a':{'dtype':'F32','shape':%s,'data_offsets':%s}".formatted(shape, offsets);
    assertRefusedHeader(inside, 8)
        .hasMessageContaining("the tensor \"a\"")
        .hasMessageContaining(message);
  }

  @Test
  void tensorsThatOverlapAreRefused() {
    assertRefusedHeader(tensor("a", "U8", "[4]", 0, 4) + "," + tensor("b", "U8", "[4]", 3, 7), 7)
        .hasMessageContaining("\"b\" begins at byte 3, but \"a\" ends at byte 4");
    assertRefusedHeader(tensor("a", "U8", "[4]", 0, 4) + "," + tensor("b", "U8", "[4]", 0, 4), 4)
        .hasMessageContaining("overlap");
  }

  @Test
  void gapsAndBytesBehindTheTensorsAreRefused() {
    assertRefusedHeader(tensor("a", "U8", "[4]", 1, 5), 5).hasMessageContaining("leave gaps");
    assertRefusedHeader(tensor("a", "U8", "[4]", 0, 4) + "," + tensor("b", "U8", "[4]", 5, 9), 9)
        .hasMessageContaining("leave gaps");
    assertRefusedHeader(tensor("a", "U8", "[4]", 0, 4), 5)
        .hasMessageContaining("the tensors end at byte");
    assertRefusedHeader("", 1).hasMessageContaining("the tensors end at byte");
  }

  @Test
  void aTruncatedPayloadIsRefusedAtOnce() {
    assertRefusedHeader(tensor("a", "F32", "[2]", 0, 8), 7)
        .hasMessageContaining("must lie within the 7 bytes behind the header");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F4", "F128", "f32", "", "U16", "C64"})
  void anUnknownTypeIsRefused(String type) {
    assertRefusedHeader(tensor("a", type, "[2]", 0, 8), 8).hasMessageContaining("unknown dtype");
  }

  @Test
  void aMissingOrUnknownFieldIsRefused() {
    assertRefusedHeader("'a':{'shape':[2],'data_offsets':[0,8]}", 8)
        .hasMessageContaining("must have exactly dtype, shape and data_offsets");
    assertRefusedHeader("'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}", 8)
        .hasMessageContaining("must have exactly");
    assertRefusedHeader("'a':7", 8).hasMessageContaining("must have exactly");
    assertRefusedHeader("'a':{'dtype':null,'shape':[2],'data_offsets':[0,8]}", 8)
        .hasMessageContaining("unknown dtype");
  }

  @Test
  void aNameThatStandsTwiceIsRefused() {
    assertRefusedHeader(tensor("a", "U8", "[1]", 0, 1) + "," + tensor("a", "U8", "[1]", 1, 2), 2)
        .hasMessageContaining("\"a\" stands twice");
    assertRefusedHeader("'a':{'dtype':'U8','shape':[1],'shape':[1],'data_offsets':[0,1]}", 1)
        .hasMessageContaining("\"shape\" stands twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "'pt'", "[]", "null", "{'a':1}", "{'a':{}}", "{'a':null}"})
  void metadataThatIsNoTextIsRefused(String metadata) {
    assertRefusedHeader("'__metadata__':" + metadata, 0)
        .hasMessageContaining("__metadata__ must be an object of texts");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 0, 1, 63, 4000, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void aHeaderLengthThatTheFileDoesNotHaveIsRefused(long length) {
    byte[] header = SOUND.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThat(header).hasSize(54);
    assertRefusedFile(SafetensorsBytes.withLength(length, header, new byte[8]))
        .hasMessageContaining("the header claims " + Long.toUnsignedString(length) + " bytes");
  }

  @Test
  void aHeaderLargerThanTheFormatAllowsIsRefusedEvenIfTheFileHasIt() throws IOException {
    Path file = SafetensorsBytes.writeSparse(folder.resolve("large"), "{}", 200_000_000);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(SafetensorsBytes.withLength(100_000_001, new byte[0])));
    }
    assertRefused(() -> Safetensors.openFile(file, REMEDY))
        .hasMessageContaining("the header claims 100000001 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "77", "{ ", "{}}", "{} {}", "{'a':}", "{'a':NaN}", "hello"})
  void aHeaderThatIsNoJsonObjectIsRefused(String header) {
    assertRefusedFile(SafetensorsBytes.of(header)).hasMessageContaining("JSON");
  }

  @Test
  void aHeaderThatIsNoUtf8IsRefused() {
    byte[] header = "{\"\u00ff\":1}".getBytes(StandardCharsets.ISO_8859_1);
    assertRefusedFile(SafetensorsBytes.withLength(header.length, header))
        .hasMessageContaining("no UTF-8");
  }

  @Test
  void aFileThatEndsAnywhereTooEarlyIsRefused() {
    byte[] sound = SafetensorsBytes.of(SOUND, new byte[8]);
    assertThat(only(open(sound)).type()).isEqualTo(ScalarType.FLOAT32);
    for (int length = 0; length < sound.length; length++) {
      assertRefusedFile(Arrays.copyOf(sound, length));
    }
  }
}
