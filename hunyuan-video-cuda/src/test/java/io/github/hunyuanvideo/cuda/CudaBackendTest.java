package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.torch.NativeLibraries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of machines of several kinds. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the machines have Linux")
class CudaBackendTest {

  private static final ComputeDevice FIRST = ComputeDevice.cuda(0);

  @TempDir Path root;

  @Test
  void aMachineThatHasAllIsUsable() throws IOException {
    FakeHost host = FakeHost.ready(root, Recorded.ONE_H200);
    CudaBackend backend = backend(host, libtorch(host));
    ComputeBackend.Report report = backend.inspect();
    assertThat(report.findings())
        .containsExactly(
            "The NVIDIA driver is 580.159.04 and supports CUDA up to 13.0.",
            "cuda:0 is an NVIDIA H200 with compute capability 9.0 and 140.4 GiB, 139.8 GiB of it free.",
            "The PyTorch natives are 2.7.1 for CUDA 12.8, from %s.".formatted(natives()),
            "libtorch needs these libraries of NVIDIA's: libcuda.so.1, libcudart.so.12 in %s."
                .formatted(natives()));
    assertThat(report.usable()).isTrue();
    assertThatCode(() -> backend.require(FIRST)).doesNotThrowAnyException();
  }

  @Test
  void nativesForTheCpuAreSaidToBe() {
    CudaBackend backend = backend(FakeHost.ready(root, Recorded.ONE_H200), jar("cpu"));
    assertThat(backend.inspect().usable()).isFalse();
    assertThatThrownBy(() -> backend.require(FIRST))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cuda:0 was asked for")
        .hasMessageContaining("are for the CPU")
        .hasMessageContaining("PYTORCH_LIBRARY_PATH")
        .hasMessageContaining("PYTORCH_FLAVOR to cu128")
        .hasMessageContaining("libtorch 2.7.1")
        .hasMessageContaining("ai.djl.pytorch:pytorch-native-cu128:2.7.1:linux-x86_64");
  }

  @Test
  void everyReasonIsGivenAtOnce() {
    CudaBackend backend = backend(new FakeHost(root), jar("cpu"));
    assertThat(backend.inspect().usable()).isFalse();
    assertThatThrownBy(() -> backend.require(FIRST))
        .hasMessageContaining("- There is no NVIDIA driver")
        .hasMessageContaining("- The PyTorch natives");
  }

  @Test
  void aNumberWithoutAGpuNamesThoseThatHaveOne() {
    CudaBackend two = backend(FakeHost.ready(root, Recorded.TWO_ALIKE), jar("cu128"));
    assertThatCode(() -> two.require(ComputeDevice.cuda(1))).doesNotThrowAnyException();
    assertThatThrownBy(() -> two.require(ComputeDevice.cuda(2)))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cuda:2 was asked for")
        .hasMessageContaining("There is no such GPU; there is cuda:0, cuda:1.");
    CudaBackend one = backend(FakeHost.ready(root, Recorded.ONE_H200), jar("cu128"));
    assertThatThrownBy(() -> one.require(ComputeDevice.cuda(1)))
        .hasMessageContaining("there is only cuda:0");
  }

  @Test
  void aGpuThatIsHiddenIsNotThere() {
    FakeHost host = FakeHost.ready(root, Recorded.TWO_ALIKE);
    host.variable("CUDA_VISIBLE_DEVICES", "");
    CudaBackend backend = backend(host, jar("cu128"));
    assertThat(backend.inspect().usable()).isFalse();
    assertThatThrownBy(() -> backend.require(FIRST)).hasMessageContaining("CUDA_VISIBLE_DEVICES");
  }

  @Test
  void aDriverWithoutAGpuIsOfNoUse() {
    CudaBackend backend = backend(FakeHost.ready(root, ""), jar("cu128"));
    assertThat(backend.inspect().usable()).isFalse();
    assertThatThrownBy(() -> backend.require(FIRST))
        .hasMessageContaining("finds no GPU")
        .hasMessageContaining("--gpus all");
  }

  @ParameterizedTest
  @CsvSource({"cu118, false", "cu126, false", "cu128, true", "cu130, true"})
  void aGpuNewerThanTheNativesIsRefused(String flavour, boolean usable) {
    CudaBackend backend = backend(FakeHost.ready(root, Recorded.BLACKWELL), jar(flavour));
    assertThat(backend.inspect().usable()).isEqualTo(usable);
    if (!usable) {
      assertThatThrownBy(() -> backend.require(FIRST))
          .hasMessageContaining("RTX 5090")
          .hasMessageContaining("CUDA 12.8 or newer");
    }
  }

  @ParameterizedTest
  @CsvSource({"cu118, true", "cu121, true", "cu128, true", "cu130, false"})
  void nativesForALaterCudaThanTheDriversAreRefused(String flavour, boolean usable) {
    FakeHost host = new FakeHost(root).smi(Recorded.TWO_ALIKE, Recorded.BANNER_535).ldconfig("");
    CudaBackend backend = backend(host, jar(flavour));
    assertThat(backend.inspect().usable()).isEqualTo(usable);
    if (!usable) {
      assertThatThrownBy(() -> backend.require(FIRST))
          .hasMessageContaining("for CUDA 13.0")
          .hasMessageContaining("up to 12.2")
          .hasMessageContaining("driver 580.65.06 or newer");
    }
  }

  @Test
  void missingNativesAreSaidAsTheirFinderSaysIt() {
    CudaBackend backend =
        backend(
            FakeHost.ready(root, Recorded.ONE_H200),
            () -> {
              throw new NativeLibraryException("There are no PyTorch natives at all.");
            });
    assertThat(backend.inspect().findings()).contains("There are no PyTorch natives at all.");
    assertThatThrownBy(() -> backend.require(FIRST)).hasMessageContaining("natives at all");
  }

  @Test
  void whereNothingIsKnownOfTheGpusPyTorchHasTheLastWord() {
    FakeHost host =
        new FakeHost(root)
            .file("/proc/driver/nvidia/version", Recorded.OPEN_MODULE)
            .smiFails("did not end within 20000 ms");
    CudaBackend backend = backend(host, jar("cu128"));
    assertThat(backend.inspect().usable()).isTrue();
    assertThat(backend.inspect().findings())
        .anyMatch(text -> text.contains("did not end within 20000 ms"));
    assertThatCode(() -> backend.require(ComputeDevice.cuda(5))).doesNotThrowAnyException();
  }

  @Test
  void otherSystemsHaveNoCuda() {
    CudaBackend backend = backend(new FakeHost(root).system("Mac OS X"), jar("cpu"));
    assertThat(backend.inspect().findings().get(0)).contains("no CUDA for Mac OS X");
    assertThatThrownBy(() -> backend.require(FIRST)).hasMessageContaining("no CUDA for Mac OS X");
  }

  @Test
  void inspectionNeverThrows() {
    CudaBackend backend =
        backend(
            new FakeHost(root),
            () -> {
              throw new IllegalStateException("a fault");
            });
    ComputeBackend.Report report = backend.inspect();
    assertThat(report.usable()).isFalse();
    assertThat(report.findings()).singleElement().asString().contains("a fault");
  }

  @Test
  void theCpuIsNotItsBusiness() {
    assertThatThrownBy(() -> new CudaBackend().require(ComputeDevice.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cpu");
  }

  private static CudaBackend backend(FakeHost host, Supplier<NativeLibraries> natives) {
    return new CudaBackend(host.host(), natives);
  }

  private static Supplier<NativeLibraries> jar(String flavour) {
    return () ->
        new NativeLibraries(
            "linux-x86_64", "2.7.1", flavour, "a jar", List.of("libtorch.so"), "pytorch");
  }

  private Supplier<NativeLibraries> libtorch(FakeHost host) throws IOException {
    Files.createDirectories(natives());
    Path torch = Files.createFile(natives().resolve("libtorch_cuda.so"));
    Files.createFile(natives().resolve("libcuda.so.1"));
    host.ldd(
        torch.toRealPath(),
        "\tlibcudart.so.12 => %s/libcudart.so.12 (0x00007f3a10000000)\n".formatted(natives()));
    return () ->
        new NativeLibraries("linux-x86_64", "2.7.1", "cu128", natives().toString(), List.of(), "");
  }

  private Path natives() {
    return root.resolve("libtorch");
  }
}
