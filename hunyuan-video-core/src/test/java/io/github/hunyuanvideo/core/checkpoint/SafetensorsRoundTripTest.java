package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertReadOrRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.primitives.Longs;
import io.github.hunyuanvideo.core.testing.HeapTensors;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever is written is read again; whatever happens to a file, it is read or refused. */
class SafetensorsRoundTripTest {

  private static Path folder = Path.of("");
  private static Path file = Path.of("");

  @BeforeContainer
  static void prepare() throws IOException {
    folder = Files.createTempDirectory("safetensors");
    file = folder.resolve("weights.safetensors");
  }

  @AfterContainer
  static void cleanUp() throws IOException {
    Files.deleteIfExists(file);
    Files.delete(folder);
  }

  /**
   * A tensor to write.
   *
   * @param seed of its bytes
   */
  record Sample(ScalarType type, List<Long> shape, long seed) {

    byte[] bytes() {
      long size = shape.stream().reduce(1L, (a, b) -> a * b);
      byte[] bytes = new byte[Math.toIntExact(size * type.bytes())];
      new Random(seed).nextBytes(bytes);
      return bytes;
    }

    String content() {
      return type + " " + shape + " " + Arrays.toString(bytes());
    }

    static String content(StoredTensor tensor) {
      return "%s %s %s"
          .formatted(
              tensor.type(),
              Longs.asList(tensor.shape()),
              Arrays.toString(HeapTensors.bytes(tensor)));
    }
  }

  /** Texts with quotes, backslashes, control characters, accents and emoji. */
  @Provide
  Arbitrary<String> names() {
    Arbitrary<String> odd =
        Arbitraries.of("\"", "\\", "\n", "\0", "é", "片", "😀", "\u2028", "/", "<", "&", "'", " ");
    Arbitrary<String> ordinary = Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(5);
    return Arbitraries.oneOf(odd, ordinary)
        .list()
        .ofMaxSize(6)
        .map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Map<String, Sample>> samples() {
    Arbitrary<List<Long>> shapes = Arbitraries.longs().between(0, 4).list().ofMaxSize(5);
    Arbitrary<Sample> samples =
        Combinators.combine(Arbitraries.of(ScalarType.class), shapes, Arbitraries.longs())
            .as(Sample::new);
    return Arbitraries.maps(names(), samples).ofMaxSize(6);
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void whatIsWrittenIsRead(
      @ForAll("samples") Map<String, Sample> samples, @ForAll("names") String text)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(text, text);
    samples.forEach(
        (name, sample) ->
            writer.add(
                name,
                sample.type(),
                Longs.toArray(sample.shape()),
                channel -> channel.write(ByteBuffer.wrap(sample.bytes()))));
    writer.write(file);
    TensorSource source = Safetensors.openFile(file, REMEDY);
    Map<String, String> written = new TreeMap<>();
    samples.forEach((name, sample) -> written.put(name, sample.content()));
    Map<String, String> read = new TreeMap<>();
    source.tensors().forEach((name, tensor) -> read.put(name, Sample.content(tensor)));
    assertThat(read).isEqualTo(written);
    assertThat(source.metadata()).isEqualTo(Map.of(text, text));
    source
        .tensors()
        .values()
        .forEach(tensor -> assertThat(tensor.offset() % tensor.type().bytes()).isZero());
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.several();
  }

  private static byte[] sound() {
    String header =
        "{'__metadata__':{'format':'pt'},%s,%s,%s}"
            .formatted(
                SafetensorsBytes.tensor("double_blocks.0.weight", "BF16", "[2,3]", 0, 12),
                SafetensorsBytes.tensor("ü", "F8_E4M3", "[1,2,2]", 12, 16),
                SafetensorsBytes.tensor("scale", "F32", "[]", 16, 20));
    return SafetensorsBytes.of(header, new byte[20]);
  }

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
  void aMutatedFileIsReadOrRefused(@ForAll("edits") List<Edit> edits) throws IOException {
    Files.write(file, Edit.apply(edits, sound()));
    assertReadOrRefused(
        () -> Safetensors.openFile(file, REMEDY).tensors().values().forEach(HeapTensors::bytes));
  }

  /** Pieces of headers, in any order. */
  @Provide
  Arbitrary<List<String>> pieces() {
    return Arbitraries.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "'a'",
            "'dtype'",
            "'shape'",
            "'data_offsets'",
            "'F32'",
            "'__metadata__'",
            "0",
            "4",
            "-1",
            "1e99999999999",
            "1.5",
            "null",
            "true",
            "NaN",
            " ",
            "'\\u00zz'",
            "'\\",
            "//",
            "#",
            "\u0000",
            "\ufeff",
            "=>",
            "{'a':{'dtype':'F32','shape':",
            "'data_offsets':[0,4]}")
        .list()
        .ofMaxSize(12);
  }

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
  void anyPiecesOfHeadersAreReadOrRefused(@ForAll("pieces") List<String> pieces)
      throws IOException {
    Files.write(file, SafetensorsBytes.of("{" + String.join("", pieces), new byte[4]));
    assertReadOrRefused(() -> Safetensors.openFile(file, REMEDY));
    byte[] config = String.join("", pieces).replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    Files.write(file, config);
    assertReadOrRefused(() -> ConfigFile.read(file, REMEDY));
  }
}
