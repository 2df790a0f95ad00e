package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.NativeLibraryException;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The machine that the tests run on, with a GPU or without. */
class ThisMachineTest {

  /** No machine has so many. */
  private static final ComputeDevice BEYOND = ComputeDevice.cuda(900);

  private final ComputeBackend backend = theBackend();

  private static ComputeBackend theBackend() {
    List<ComputeBackend> all = ComputeBackend.all();
    assertThat(all).singleElement().isInstanceOf(CudaBackend.class);
    return all.get(0);
  }

  @Test
  void theBackendIsFoundByItself() {
    assertThat(backend.kind()).isEqualTo(ComputeDevice.Kind.CUDA);
  }

  @Test
  void itIsSaidWhatThisMachineHas() {
    ComputeBackend.Report report = backend.inspect();
    assertThat(report.findings()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(report.findings()).allSatisfy(text -> assertThat(text).hasSizeGreaterThan(20));
    if (report.usable()) {
      assertThatCode(() -> backend.require(ComputeDevice.cuda(0))).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> backend.require(ComputeDevice.cuda(0)))
          .isInstanceOf(NativeLibraryException.class);
    }
  }

  @Test
  void theMemoryOfAGpuIsToldWhereThereIsOne() {
    assertThat(ComputeBackend.memoryOf(BEYOND)).isEmpty();
    assertThat(ComputeBackend.memoryOf(ComputeDevice.cpu())).isEmpty();
    if (backend.inspect().usable()) {
      assertThat(ComputeBackend.memoryOf(ComputeDevice.cuda(0)))
          .hasValueSatisfying(
              memory -> assertThat(memory.available()).isBetween(1L, memory.total()));
    }
  }

  @Test
  void aMachineWithoutADriverSaysSoAndWhatToDo() {
    assumeTrue(
        NvidiaDriver.find(Host.thisOne()).version().isEmpty(),
        "skipped: this machine has an NVIDIA driver");
    assertThat(backend.inspect().usable()).isFalse();
    assertThat(backend.inspect().findings())
        .anyMatch(text -> text.startsWith("There is no NVIDIA driver"))
        .anyMatch(text -> text.startsWith("The PyTorch natives"));
    assertThatThrownBy(() -> backend.require(ComputeDevice.cuda(0)))
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageContaining("Install NVIDIA's driver");
  }

  @Test
  void theNativesOfTheTestsAreForTheCpuUnlessTheyAreChosen() {
    assumeTrue(
        System.getenv("PYTORCH_LIBRARY_PATH") == null,
        "skipped: PYTORCH_LIBRARY_PATH chooses the natives");
    assertThat(backend.inspect().findings())
        .anyMatch(
            text -> text.contains("are for the CPU") && text.contains("PYTORCH_LIBRARY_PATH"));
  }

  @Test
  void aPipelineOnAGpuThatIsNotThereIsRefusedBeforeAnythingIsStarted() throws IOException {
    boolean started = isPyTorchLoaded();
    assertThatThrownBy(
            () ->
                HunyuanVideoPipeline.builder()
                    .device(BEYOND)
                    .checkpoints(Golden.path("tiny-ckpts"))
                    .build())
        .isInstanceOf(NativeLibraryException.class)
        .hasMessageStartingWith("cuda:900 was asked for, but cannot be computed on:");
    assertThat(isPyTorchLoaded()).isEqualTo(started);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("hunyuan-video");
  }

  /** Whether it is mapped into this process; Linux alone tells. */
  private static boolean isPyTorchLoaded() throws IOException {
    Path maps = Path.of("/proc/self/maps");
    return Files.isReadable(maps) && Files.readString(maps).contains("libtorch_cpu");
  }
}
