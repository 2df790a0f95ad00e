package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.EngineExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(EngineExtension.class)
class HostProcessorTest {

  private final TorchEngine engine;

  HostProcessorTest(TorchEngine engine) {
    this.engine = engine;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aProcessorWithoutInstructionsForBf16DoesNotComputeInIt() throws IOException {
    List<String> words = List.of(Files.readString(Path.of("/proc/cpuinfo")).split("\\s+"));
    boolean instructions =
        words.contains("avx512_bf16") || words.contains("amx_bf16") || words.contains("bf16");
    boolean kernels = engine.program(ProcessorProgram.class).computesInBf16();
    assertThat(HostProcessor.computesInBf16(engine)).isEqualTo(instructions && kernels);
  }

  @Test
  void theAnswerStaysTheSame() {
    assertThat(HostProcessor.computesInBf16(engine))
        .isEqualTo(HostProcessor.computesInBf16(engine));
  }
}
