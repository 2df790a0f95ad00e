package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTableTest {

  @Test
  void oneGpuIsRead() throws MalformedDataException {
    GpuTable table = GpuTable.parse(Recorded.ONE_H200);
    assertThat(table.driver()).contains(new DriverVersion("580.159.04"));
    assertThat(table.gpus())
        .containsExactly(
            new Gpu(
                0,
                "GPU-1f3d9c52-77aa-4e0b-8d61-2f9a4b6c8e10",
                "NVIDIA H200",
                Optional.of(new ComputeCapability(9, 0)),
                Optional.of(new CudaMemory(143771L << 20, 143153L << 20)),
                false,
                List.of()));
  }

  @Test
  void severalGpusKeepTheDriversOrder() throws MalformedDataException {
    assertThat(GpuTable.parse(Recorded.TWO_DIFFERENT).gpus())
        .extracting(Gpu::name)
        .containsExactly("NVIDIA GeForce RTX 3060", "NVIDIA GeForce RTX 4090");
  }

  @Test
  void linesMayEndAsOnWindows() throws MalformedDataException {
    assertThat(GpuTable.parse(Recorded.BLACKWELL).gpus().get(0).capability())
        .contains(new ComputeCapability(12, 0));
  }

  @Test
  void whatTheDriverMayNotSayIsUnknown() throws MalformedDataException {
    Gpu gpu = GpuTable.parse(Recorded.DIVIDED).gpus().get(0);
    assertThat(gpu.memory()).isEmpty();
    assertThat(gpu.divided()).isTrue();
    assertThat(gpu.capability()).contains(new ComputeCapability(8, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "No devices were found\n"})
  void noGpuIsAnAnswerToo(String text) throws MalformedDataException {
    assertThat(GpuTable.parse(text).gpus()).isEmpty();
    assertThat(GpuTable.parse(text).driver()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "0, GPU-12345678, NVIDIA H200, 9.0, 100, 50, 580.1",
        "0, GPU-12345678, NVIDIA H200, 9.0, 100, 50, 580.1, Disabled, more",
        "x, GPU-12345678, NVIDIA H200, 9.0, 100, 50, 580.1, Disabled",
        "0, 12345678, NVIDIA H200, 9.0, 100, 50, 580.1, Disabled",
        "0, GPU-12345678, , 9.0, 100, 50, 580.1, Disabled",
        "0, GPU-12345678, NVIDIA H200, 9, 100, 50, 580.1, Disabled",
        "0, GPU-12345678, NVIDIA H200, 9.0, 100 MiB, 50, 580.1, Disabled",
        "0, GPU-12345678, NVIDIA H200, 9.0, 100, 101, 580.1, Disabled",
        "0, GPU-12345678, NVIDIA H200, 9.0, -100, 50, 580.1, Disabled",
        "0, GPU-12345678, NVIDIA H200, 9.0, 100, 50, unknown, Disabled",
        "0, GPU-12345678, A, 9.0, 100, 50, 580.1, Disabled\n0, GPU-12345678, A, 9.0, 100, 50, 580.1, Disabled",
      })
  void anythingElseIsRefusedAndQuoted(String text) {
    assertThatThrownBy(() -> GpuTable.parse(text))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("expected")
        .hasMessageContaining("got");
  }

  @Provide
  Arbitrary<String> damaged() {
    return Mutations.of(
        List.of(
            Recorded.ONE_H200, Recorded.TWO_DIFFERENT, Recorded.BLACKWELL, Recorded.DIVIDED, ""));
  }

  @Property
  void aDamagedAnswerIsReadOrRefusedAndNothingElse(@ForAll("damaged") String text) {
    try {
      assertThat(GpuTable.parse(text).gpus()).hasSizeLessThan(10);
    } catch (MalformedDataException e) {
      assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n");
    }
  }
}
