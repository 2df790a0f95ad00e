package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.api.OutOfDeviceMemoryException;
import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class SelfTestTest {

  private final TorchEngine engine;

  SelfTestTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  void nativesThatFitPassAndNothingStaysOpen() {
    long before = engine.openTensors();
    assertThatCode(() -> SelfTest.run(engine)).doesNotThrowAnyException();
    assertThat(engine.openTensors()).isEqualTo(before);
  }

  @Test
  void everyCheckOfTheProgramSaysYesOnThisMachine() throws ReflectiveOperationException {
    SelfTestProgram program = engine.program(SelfTestProgram.class);
    for (Method check : SelfTestProgram.class.getMethods()) {
      assertThat(check.invoke(program, "cpu")).as(check.getName()).isEqualTo(true);
    }
  }

  @Test
  void whatGivesWrongNumbersOrFailsIsNamedAndTheRestIsStillTested() {
    List<String> devices = new ArrayList<>();
    Map<String, Predicate<String>> checks = new LinkedHashMap<>();
    checks.put("conv3d", device -> false);
    checks.put(
        "linear",
        device -> {
          throw new HunyuanVideoException("no kernel image");
        });
    checks.put("softmax", devices::add);
    assertThatThrownBy(() -> SelfTest.run(engine, checks))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining(engine.natives().toString())
        .hasMessageEndingWith(
            "fail the self-test on cpu: conv3d gives wrong numbers; linear: no kernel image");
    assertThat(devices).containsExactly("cpu");
  }

  @Test
  void aDeviceWithoutFreeMemoryIsNoFaultOfTheNatives() {
    OutOfDeviceMemoryException full =
        new OutOfDeviceMemoryException(ComputeDevice.cuda(0), "selftest.norms failed", null);
    Predicate<String> check =
        device -> {
          throw full;
        };
    assertThatThrownBy(() -> SelfTest.run(engine, Map.of("norms", check))).isSameAs(full);
  }
}
