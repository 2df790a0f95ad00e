package io.github.hunyuanvideo.core.torch;

import static io.github.hunyuanvideo.core.torch.BridgeHazardProgram.Deed.RAW_CONVERSION;
import static io.github.hunyuanvideo.core.torch.BridgeHazardProgram.Deed.RAW_ZEROS;
import static io.github.hunyuanvideo.core.torch.BridgeHazardProgram.Deed.THROUGH_THIS_LIBRARY;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why this package exists. If a later DJL survives these calls, the first two tests fail, and some
 * of the caution here can go.
 */
class BridgeHazardTest {

  /** 128 and the signal ABRT. */
  private static final int ABORTED = 134;

  @TempDir private Path folder;

  private ChildJvm.Result does(BridgeHazardProgram.Deed deed, ScalarType... types)
      throws IOException, InterruptedException {
    String names = Arrays.stream(types).map(ScalarType::name).collect(Collectors.joining(","));
    return new ChildJvm(folder)
        .with("-XX:-CreateCoredumpOnCrash")
        .run(BridgeHazardProgram.class, deed, names);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "how a JVM ends was looked at on Linux only")
  void askingDjlForBf16EndsTheJvm() throws IOException, InterruptedException {
    ChildJvm.Result result = does(RAW_CONVERSION, ScalarType.FLOAT32);
    assertThat(result.exit()).isEqualTo(ABORTED);
    assertThat(result.out()).contains("alive before").doesNotContain("alive after");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "how a JVM ends was looked at on Linux only")
  void askingDjlForZerosLikeABf16ArrayEndsTheJvm() throws IOException, InterruptedException {
    ChildJvm.Result result = does(RAW_ZEROS, ScalarType.BFLOAT16);
    assertThat(result.exit()).isEqualTo(ABORTED);
    assertThat(result.out()).contains("alive before").doesNotContain("alive after");
  }

  @Test
  void throughThisLibraryTheSameWishesWorkOrAreRefused() throws IOException, InterruptedException {
    ScalarType[] types = {
      ScalarType.BFLOAT16, ScalarType.FLOAT8_E4M3FN, ScalarType.FLOAT8_E5M2, ScalarType.INT16
    };
    assertThat(does(THROUGH_THIS_LIBRARY, types).succeeded().out())
        .isEqualTo(
            Arrays.stream(types)
                .map(
                    type ->
                        """
                        alive before
                        converted to BFLOAT16
                        refused: a tensor of type %s cannot leave as an NDArray, since DJL does not know the type; convert it with to(FLOAT32)
                        refused: a stage's result must be float32, got unknown
                        alive after
                        """
                            .formatted(type))
                .collect(Collectors.joining()));
  }
}
