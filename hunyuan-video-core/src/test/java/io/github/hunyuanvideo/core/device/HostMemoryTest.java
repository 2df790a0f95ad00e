package io.github.hunyuanvideo.core.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class HostMemoryTest {

  @Test
  void whatIsAvailableIsPartOfWhatThereIs() {
    HostMemory memory = HostMemory.read();
    assertThat(memory.total()).isGreaterThanOrEqualTo(Runtime.getRuntime().totalMemory());
    assertThat(memory.available()).isPositive().isLessThanOrEqualTo(memory.total());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aContainerHasNoMoreThanItsMachine() throws Exception {
    long machine =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(line -> line.startsWith("MemTotal:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
            .findFirst()
            .orElseThrow();
    assertThat(HostMemory.read().total()).isBetween(1L, machine);
  }
}
