package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.common.io.MoreFiles;
import com.google.common.io.Resources;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Java interfaces and the TorchScript programs that they stand for. */
@ExtendWith(EngineExtension.class)
class ProgramContractsTest {

  /** What is run by its name, without an interface. */
  private static final Map<String, Set<String>> WITHOUT_CONTRACT =
      Map.of("tensors", Set.of("none", "on_device"));

  private static final String LIBRARY = "lib";

  private final TorchEngine engine;

  ProgramContractsTest(TorchEngine engine) {
    this.engine = engine;
  }

  /** Found by looking, so that none can be forgotten. */
  static List<Class<?>> contracts() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.hunyuanvideo.core")
            .stream()
            .filter(type -> type.isAnnotatedWith(ProgramSource.class))
            .<Class<?>>map(JavaClass::reflect)
            .toList();
  }

  private static String program(Class<?> contract) {
    ProgramSource source = contract.getAnnotation(ProgramSource.class);
    assertThat(source).isNotNull();
    return source.value();
  }

  /** The programs' sources by name. */
  private static Map<String, String> sources() throws IOException, URISyntaxException {
    // The tests have such a folder too, with programs of their own.
    URL library = Resources.getResource("io/github/hunyuanvideo/core/torchscript/lib.py");
    Path folder = Path.of(library.toURI()).getParent();
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        sources.put(
            MoreFiles.getNameWithoutExtension(file),
            Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return sources;
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void everyMethodOfAnInterfaceIsOneOfItsProgram(Class<?> contract) {
    assertThat(contract).isInterface();
    assertThat(engine.program(contract)).isInstanceOf(contract);
    assertThat(contract.getMethods()).isNotEmpty();
  }

  @Test
  void everyFunctionOfAProgramIsOneOfItsInterfaces() throws IOException, URISyntaxException {
    Map<String, Set<String>> promised = new TreeMap<>();
    for (Class<?> contract : contracts()) {
      Set<String> names =
          Arrays.stream(contract.getMethods())
              .map(Method::getName)
              .map(ProgramBinding::programName)
              .collect(Collectors.toCollection(TreeSet::new));
      promised.computeIfAbsent(program(contract), name -> new TreeSet<>()).addAll(names);
    }
    Map<String, Set<String>> written = new TreeMap<>();
    sources()
        .forEach(
            (program, source) -> {
              if (!program.equals(LIBRARY)) {
                written.put(
                    program,
                    ImmutableSet.copyOf(
                        ProgramSignature.parse(source).keySet().stream()
                            .filter(name -> !isCalledWithin(source, name))
                            .filter(
                                name ->
                                    !WITHOUT_CONTRACT
                                        .getOrDefault(program, Set.of())
                                        .contains(name))
                            .toList()));
              }
            });
    assertThat(promised.keySet()).as("programs").isEqualTo(written.keySet());
    written.forEach(
        (program, names) ->
            assertThat(promised.get(program)).as("%s.py", program).containsAll(names));
  }

  /** What only tests ask of tensors is in a program of the tests. */
  @Test
  void everyFunctionOnTensorsIsCalledByTheLibrary() {
    Set<JavaMethod> functions =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.github.hunyuanvideo.core")
            .get(TensorProgram.class)
            .getMethods();
    assertThat(functions).isNotEmpty().noneMatch(method -> method.getAccessesToSelf().isEmpty());
  }

  private static boolean isCalledWithin(String source, String name) {
    return source.contains("self." + name + "(");
  }

  @ProgramSource("tensors")
  interface OneFunction {
    Tensor slice(Tensor x, int axis, long start, long end);
  }

  @Test
  void aSingleFunctionCanBeCalledThroughAnInterfaceOfItsOwn() {
    try (Tensor x = engine.tensor(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
        Tensor columns = engine.program(OneFunction.class).slice(x, 1, 1, 3)) {
      assertThat(columns.shape()).containsExactly(2, 2);
      assertThat(columns.toFloats()).containsExactly(2, 3, 5, 6);
    }
  }

  @Test
  void twoQuestionsForAProgramCompileItOnce() {
    assertThat(engine.program(OneFunction.class)).isSameAs(engine.program(OneFunction.class));
  }

  @ProgramSource("tensors")
  interface OtherType {
    Tensor cast(Tensor x, double type);
  }

  @ProgramSource("tensors")
  interface OtherOrder {
    Tensor cast(int type, Tensor x);
  }

  @ProgramSource("tensors")
  interface OtherName {
    Tensor recast(Tensor x, int type);
  }

  @ProgramSource("tensors")
  interface OtherResult {
    int cast(Tensor x, int type);
  }

  @ProgramSource("tensors")
  interface OneParameterLess {
    Tensor cast(Tensor x);
  }

  @ProgramSource("tensors")
  interface AbsentArgument {
    Tensor cast(@Nullable Tensor x, int type);
  }

  record Pair(Tensor one, Tensor other) {}

  @ProgramSource("tensors")
  interface TwoResults {
    Pair cast(Tensor x, int type);
  }

  static Map<Class<?>, String> wrongContracts() {
    String real = "the program has (Tensor, int) -> Tensor";
    return Map.of(
        OtherType.class,
        "OtherType.cast stands for cast(Tensor, float) -> Tensor, " + real,
        OtherOrder.class,
        "OtherOrder.cast stands for cast(int, Tensor) -> Tensor, " + real,
        OtherName.class,
        "OtherName.recast stands for recast(Tensor, int) -> Tensor, the program has nothing of that name",
        OtherResult.class,
        "OtherResult.cast stands for cast(Tensor, int) -> int, " + real,
        OneParameterLess.class,
        "OneParameterLess.cast stands for cast(Tensor) -> Tensor, " + real,
        AbsentArgument.class,
        "AbsentArgument.cast stands for cast(Optional[Tensor], int) -> Tensor, " + real,
        TwoResults.class,
        "TwoResults.cast stands for cast(Tensor, int) -> Tuple[Tensor, Tensor], " + real);
  }

  @Test
  void aMethodThatIsNotTheProgramsIsRefusedAndBothAreShown() {
    wrongContracts()
        .forEach(
            (contract, message) ->
                assertThatThrownBy(() -> engine.program(contract))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message));
  }

  @ProgramSource("tensors")
  interface NoCounterpart {
    Tensor cast(Tensor x, float type);
  }

  @Test
  void aTypeThatTorchScriptLacksIsRefusedByName() {
    assertThatThrownBy(() -> engine.program(NoCounterpart.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("float has no counterpart in TorchScript");
  }

  @Test
  void anInterfaceWithoutAProgramIsRefused() {
    assertThatThrownBy(() -> engine.program(Runnable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Runnable")
        .hasMessageContaining("@ProgramSource");
  }
}
