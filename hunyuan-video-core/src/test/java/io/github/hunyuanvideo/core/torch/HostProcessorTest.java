package io.github.hunyuanvideo.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the flags of /proc/cpuinfo say; the beginnings of lines are as Linux writes them. */
class HostProcessorTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flags\t\t: fpu avx512f avx512_bf16 avx512_vpopcntdq", // Cooper Lake, Zen 4
        "flags\t\t: fpu avx512f amx_bf16 avx512_fp16 amx_tile amx_int8", // Sapphire Rapids
        "flags\t\t: fpu avx2\n\nflags\t\t: fpu avx2 amx_bf16\n",
        "Features\t: fp asimd sve i8mm bf16 dgh", // Neoverse V1
        "Features\t: fp asimd bf16\n",
      })
  void aProcessorWithInstructionsForBf16IsKnownByAnyOfThem(String cpuInfo) {
    assertThat(HostProcessor.namesInstructions(cpuInfo)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "flags\t\t: fpu sse4_2 avx2 f16c fma",
        "flags\t\t: fpu avx512f avx512bw avx512_vnni avx512_fp16 amx_tile amx_int8",
        "Features\t: fp asimd fphp asimdhp sve i8mm",
        "flags\t\t: no_bf16 bf16x avx512_bf16_emulated",
      })
  void otherNumberFormatsAreNoSignOfBf16(String cpuInfo) {
    assertThat(HostProcessor.namesInstructions(cpuInfo)).isFalse();
  }
}
