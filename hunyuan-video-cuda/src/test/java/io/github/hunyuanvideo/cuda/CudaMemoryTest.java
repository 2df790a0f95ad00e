package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import org.junit.jupiter.api.Test;

class CudaMemoryTest {

  @Test
  void aMemoryIsAValue() {
    CudaMemory memory = new CudaMemory(24L << 30, 6L << 30);
    assertThat(memory.used()).isEqualTo(18L << 30);
    assertThat(memory).hasToString("24.0 GiB, 6.0 GiB of it free");
  }

  @Test
  void moreThanAllCannotBeFree() {
    assertThatThrownBy(() -> new CudaMemory(10, 11))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("10")
        .hasMessageContaining("11");
  }

  @Test
  void theCpuHasNone() {
    assertThatThrownBy(() -> CudaMemory.of(ComputeDevice.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cpu");
  }

  @Test
  void aGpuThatIsNotThereHasNone() {
    assertThatThrownBy(() -> CudaMemory.of(ComputeDevice.cuda(900)))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cuda:900");
  }
}
