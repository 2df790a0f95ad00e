package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.REMEDY;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.assertReadOrRefused;
import static io.github.hunyuanvideo.core.checkpoint.HostileFiles.unpickle;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.HeapTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever happens to a file, it is read or refused, and the program goes on. */
class MutatedTorchCheckpointTest {

  private static Path file = Path.of("");
  private static byte[] archive = {};
  private static byte[] pickle = {};

  @BeforeContainer
  static void prepare() throws IOException {
    file = Files.createTempFile("mutated", ".pt");
    archive = Files.readAllBytes(Golden.path("tiny-variants/pickle_oddities.pt"));
    pickle = HostileFiles.oddities();
  }

  @AfterContainer
  static void cleanUp() throws IOException {
    Files.delete(file);
  }

  @Provide
  Arbitrary<List<Edit>> edits() {
    return Edit.several();
  }

  @Property(tries = 1500, edgeCases = EdgeCasesMode.NONE)
  void aMutatedArchiveIsReadOrRefused(@ForAll("edits") List<Edit> edits) throws IOException {
    Files.write(file, Edit.apply(edits, archive));
    assertReadOrRefused(
        () -> {
          TensorSource source =
              TorchCheckpoint.open(file, Unwrapping.transformer(LoadKey.MODULE), REMEDY);
          // What was accepted must be within the file; this throws if it is not.
          source.tensors().values().stream()
              .filter(tensor -> tensor.bytes() < 1 << 20)
              .forEach(HeapTensors::bytes);
        });
  }

  @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
  void aMutatedPickleIsReadOrRefused(@ForAll("edits") List<Edit> edits) {
    byte[] mutated = Edit.apply(edits, pickle);
    assertReadOrRefused(() -> unpickle(mutated));
  }

  /** Opcodes with small arguments, names and storages included. */
  @Provide
  Arbitrary<List<String>> opcodes() {
    return Arbitraries.of(
            "(",
            ")",
            "t",
            "\u0085",
            "\u0086",
            "\u0087",
            "]",
            "}",
            "\u008f",
            "\u0091",
            "a",
            "e",
            "\u0090",
            "s",
            "u",
            "q\0",
            "q\1",
            "r\2\0\0\0",
            "\u0094",
            "h\0",
            "h\1",
            "j\2\0\0\0",
            "0",
            "1",
            "2",
            "N",
            "\u0088",
            "\u0089",
            "K\0",
            "K\1",
            "K\u00ff",
            "M\0\1",
            "J\u00ff\u00ff\u00ff\u00ff",
            "\u008a\0",
            "\u008a\t123456789",
            "G12345678",
            "X\1\0\0\0" + "0",
            "X\7\0\0\0storage",
            "\u008c\1k",
            "U\1v",
            "C\1b",
            "R",
            "\u0081",
            "\u0092",
            "b",
            "Q",
            "ccollections\nOrderedDict\n",
            "ctorch\nFloatStorage\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "ctorch._utils\n_rebuild_tensor_v3\n",
            "ctorch._utils\n_rebuild_parameter\n",
            "ctorch._tensor\n_rebuild_from_type_v2\n",
            "ctorch\nSize\n",
            "ctorch\nfloat8_e4m3fn\n",
            "ctorch.storage\nUntypedStorage\n",
            "cargparse\nNamespace\n",
            "(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0" + "0NK\4tQ",
            "ccollections\nOrderedDict\n)R")
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 4000, edgeCases = EdgeCasesMode.NONE)
  void anySequenceOfOpcodesIsReadOrRefused(@ForAll("opcodes") List<String> opcodes) {
    byte[] soup = new PickleBytes().ascii(String.join("", opcodes)).stop();
    assertReadOrRefused(() -> unpickle(soup));
  }

  /** The bytes of one value, containers within containers. */
  @Provide
  Arbitrary<String> values() {
    Arbitrary<String> scalars =
        Arbitraries.of("N", "\u0088", "K\7", "G12345678", "X\1\0\0\0a", "\u008a\1\u00ff", "C\1b");
    return Arbitraries.recursive(
        () -> scalars,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(4).map(items -> "(" + String.join("", items) + "t"),
                inner.list().ofMaxSize(4).map(items -> "](" + String.join("", items) + "e"),
                inner.map(item -> "]" + item + "a"),
                inner.map(item -> "}X\1\0\0\0k" + item + "s"),
                inner.list().ofMaxSize(4).map(items -> "}(" + withKeys(items) + "u"),
                inner.map(item -> "cargparse\nNamespace\n)\u0081}X\1\0\0\0k" + item + "sb"),
                inner.map(item -> "ccollections\nOrderedDict\n)RK\1" + item + "s")),
        4);
  }

  private static String withKeys(List<String> items) {
    StringBuilder entries = new StringBuilder();
    for (int i = 0; i < items.size(); i++) {
      entries.append("X\1\0\0\0").append((char) ('a' + i)).append(items.get(i));
    }
    return entries.toString();
  }

  @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
  void everyValueThatFollowsTheGrammarIsRead(@ForAll("values") String value) {
    byte[] sound = new PickleBytes().op('}').text("value").ascii(value).op('s').stop();
    assertThat(unpickle(sound).value().describe()).isEqualTo("a dictionary of 1");
  }
}
