package io.github.hunyuanvideo.core.torch;

import static io.github.hunyuanvideo.core.testing.TensorAssert.assertThatTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.FloatTensor;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import io.github.hunyuanvideo.core.testing.TestingProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(EngineExtension.class)
class TorchProgramTest {

  private final TorchEngine engine;

  TorchProgramTest(TorchEngine engine) {
    this.engine = engine;
  }

  private TorchProgram compile(String methods) {
    return TorchProgram.compile(
        engine,
        "sample",
        """
        class Ops(Module):
          __parameters__ = []
          __buffers__ = []
          training : bool

        """
            + methods.indent(2));
  }

  @Test
  void anOperatorThatTheNativesLackIsNamed() {
    assertThatThrownBy(
            () ->
                compile(
                    """
                    def f(self, x: Tensor) -> Tensor:
                      return torch.no_such_operator(x)
                    """))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageStartingWith("The program sample.py needs PyTorch natives that fit")
        .hasMessageContaining(engine.natives().version())
        .hasMessageEndingWith("lack the operator aten::no_such_operator");
  }

  @Test
  void aTensorsMethodThatTheNativesLackIsNamed() {
    assertThatThrownBy(
            () ->
                compile(
                    """
                    def f(self, x: Tensor) -> Tensor:
                      return x.no_such_method()
                    """))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageEndingWith("lack the operator no_such_method");
  }

  @Test
  void anOperatorOfAnotherLibraryThatTheNativesLackIsNamed() {
    assertThatThrownBy(
            () ->
                compile(
                    """
                    def f(self) -> bool:
                      return ops.no_such_library.is_there()
                    """))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("sample.py")
        .hasMessageContaining("no_such_library");
  }

  @Test
  void aProgramThatIsWrongInAnotherWayShowsTheCompilersReason() {
    assertThatThrownBy(() -> compile("def f(self) -> Tensor:\n  return 1\n"))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cannot compile it")
        .hasMessageContaining("return 1");
  }

  record Halves(Tensor front, Tensor back) {}

  /** Every kind of parameter and result. */
  interface Everything {
    long longest(long a, int b, double c, boolean d, String e, long[] f);

    boolean isThere(@Nullable Tensor x);

    Tensor pick(TensorMap w, String name);

    Halves halves(Tensor x);

    List<Tensor> reversed(List<Tensor> parts);

    String twice(String text);

    double half(double x);

    default double quarter(double x) {
      return half(half(x));
    }
  }

  private Everything everything() {
    return compile(
            """
            def longest(self, a: int, b: int, c: float, d: bool, e: str, f: List[int]) -> int:
              return max([a, b, int(c), int(d), len(e), len(f)])

            def is_there(self, x: Optional[Tensor]) -> bool:
              return x is not None

            def pick(self, w: Dict[str, Tensor], name: str) -> Tensor:
              return w[name]

            def halves(self, x: Tensor) -> Tuple[Tensor, Tensor]:
              front, back = x.chunk(2)
              return front, back

            def reversed(self, parts: List[Tensor]) -> List[Tensor]:
              return [parts[1], parts[0]]

            def twice(self, text: str) -> str:
              return text + text

            def half(self, x: float) -> float:
              return x / 2
            """)
        .as(Everything.class);
  }

  @Test
  void everyKindOfArgumentAndResultGoesThrough() {
    Everything program = everything();
    long before = engine.openTensors();
    try (TensorScope scope = new TensorScope()) {
      Tensor x = scope.own(engine.tensor(new float[] {1, 2, 3, 4}, 4));
      assertThat(program.longest(1L << 40, 2, 3.9, true, "four", new long[5])).isEqualTo(1L << 40);
      assertThat(program.longest(-1, 0, 0, false, "ünï", new long[5])).isEqualTo(5);
      assertThat(program.isThere(x)).isTrue();
      assertThat(program.isThere(null)).isFalse();
      Halves halves = program.halves(x);
      scope.own(halves.front());
      scope.own(halves.back());
      assertThat(halves.front().toFloats()).containsExactly(1, 2);
      assertThat(halves.back().toFloats()).containsExactly(3, 4);
      List<Tensor> reversed = program.reversed(List.of(halves.front(), halves.back()));
      reversed.forEach(scope::own);
      assertThat(reversed.get(0).toFloats()).containsExactly(3, 4);
      assertThat(program.twice("ab ")).isEqualTo("ab ab ");
      assertThat(program.quarter(3)).isEqualTo(0.75);
      TensorMap map =
          scope.own(TensorMap.of(engine, Map.of("a", engine.tensor(new float[] {7}, 1))));
      assertThat(scope.own(program.pick(map, "a")).item()).isEqualTo(7);
    }
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  @Test
  void aProgramIsAnOrdinaryObject() {
    Everything one = everything();
    Everything other = everything();
    assertThat(Set.of(one, other)).contains(one, other);
    assertThat(one).hasToString("TorchScript program sample");
  }

  @Test
  void aCallThatFailsSaysWhichAndWhyAndLeavesNothingOpen() {
    Everything program = everything();
    try (Tensor x = engine.tensor(new float[] {1}, 1)) {
      long before = engine.openTensors();
      try (TensorMap map = TensorMap.of(engine, Map.of("a", engine.tensor(new float[] {7}, 1)))) {
        assertThatThrownBy(() -> program.pick(map, "b"))
            .isInstanceOf(HunyuanVideoException.class)
            .hasMessageStartingWith("sample.pick failed: ");
      }
      assertThatThrownBy(() -> engine.program(TestingProgram.class).reshape(x, new long[] {2, 3}))
          .isInstanceOf(HunyuanVideoException.class)
          .hasMessageStartingWith("testing.reshape failed: ")
          .hasMessageContaining("shape '[2, 3]' is invalid for input of size 1");
      assertThat(engine.openTensors()).isEqualTo(before);
    }
  }

  interface Sum {
    Tensor sum(Tensor x, Tensor y);
  }

  /** What the engine still holds of a mapped file can be seen in the list of mappings. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "mappings are read from /proc")
  void aCallWithAnArgumentThatCannotBePassedHoldsNoneOfTheOthers(@TempDir Path folder)
      throws IOException {
    Sum program =
        compile("def sum(self, x: Tensor, y: Tensor) -> Tensor:\n  return x + y\n").as(Sum.class);
    Path file = Files.write(folder.resolve("mapped.bin"), new byte[64]);
    Tensor closed = engine.tensor(new float[] {1}, 1);
    closed.close();
    try (FileMapping mapping = new FileMapping(engine, file);
        Tensor mapped = mapping.tensor(0, ScalarType.UINT8, new long[] {64}, new long[] {1})) {
      assertThat(mappings()).contains(file.toString());
      assertThatThrownBy(() -> program.sum(mapped, closed))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the tensor is closed");
    }
    assertThat(mappings()).doesNotContain(file.toString());
  }

  private static String mappings() throws IOException {
    return Files.readString(Path.of("/proc/self/maps"));
  }

  record Refusing(Tensor one, Tensor other) {
    Refusing {
      throw new IllegalArgumentException("never right");
    }
  }

  record Partial(Tensor one, @Nullable Tensor other) {}

  interface Pairs {
    Refusing twice(Tensor x);

    Partial once(Tensor x);
  }

  @Test
  void resultsThatCannotBeHandedOverAreClosed() {
    Pairs program =
        compile(
                """
                def twice(self, x: Tensor) -> Tuple[Tensor, Tensor]:
                  return x + 1, x + 2

                def once(self, x: Tensor) -> Tuple[Tensor, Optional[Tensor]]:
                  return x + 1, None
                """)
            .as(Pairs.class);
    try (Tensor x = engine.tensor(new float[] {1}, 1)) {
      long before = engine.openTensors();
      assertThatThrownBy(() -> program.twice(x)).hasRootCauseMessage("never right");
      assertThat(engine.openTensors()).isEqualTo(before);
      assertThatThrownBy(() -> program.once(x)).hasMessageContaining("None");
      assertThat(engine.openTensors()).isEqualTo(before);
    }
  }

  /** The library's functions are called from programs only, so a program is made for it. */
  @Test
  void aFunctionOfTheLibraryCanBeCalledAlone() {
    interface Norm {
      Tensor norm(Tensor x, Tensor weight);
    }
    Norm program =
        compile(
                """
                def norm(self, x: Tensor, weight: Tensor) -> Tensor:
                  return __torch__.lib.rms_norm(x, weight, 0.)
                """)
            .as(Norm.class);
    try (Tensor x = engine.tensor(new float[] {3, 4}, 1, 2);
        Tensor weight = engine.tensor(new float[] {1, 10}, 2);
        Tensor normed = program.norm(x, weight)) {
      // The root mean square of 3 and 4 is √12.5.
      assertThatTensor(normed)
          .isCloseTo(FloatTensor.of(new float[] {0.8485281f, 11.313708f}, 1, 2), 1e-6);
    }
  }
}
